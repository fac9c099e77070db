using Greenery.Alerts.Transports;
using Greenery.Checks;
using Greenery.Runs;
using Greenery.Sources;

namespace Greenery.Alerts.Routing;

/// <summary>Whom a state concerns, and how they are reached: what the .yml files say, and the settings.</summary>
public sealed class Router(Project project, AlertSettings settings)
{
    private readonly Dictionary<string, Topic> _topics = Topic.AllOf(project).ToDictionary(topic => topic.Subject, StringComparer.Ordinal);

    public AlertSettings Settings { get; } = settings;

    /// <summary>Whether anybody can be told anything.</summary>
    public bool HasChannels => Settings.Channels.Count > 0;

    /// <summary>Who answers for a check or source that is part of the project; null for others: it was taken out.</summary>
    public Topic? Find(string subject) => _topics.GetValueOrDefault(subject);

    /// <summary>Who answers for a subject, for people: its owner, else who answers for the run.</summary>
    public string OwnerOf(string subject) => Find(subject)?.Audience.Owner?.Name ?? Settings.Owner ?? "nobody named";

    /// <summary>Everybody who is told of a subject: its owner first, then its subscribers. Nobody twice.</summary>
    public IReadOnlyList<Recipient> Of(string subject)
    {
        var topic = Find(subject);
        var owner = topic?.Audience.Owner is { } named ? named.Name : Settings.Owner;
        var people = (topic?.Audience.Subscribers.Select(mention => mention.Name) ?? [])
            .Concat(Settings.Subscribers.Where(subscription => Concerns(subscription, topic)).Select(subscription => subscription.Person));
        return
        [
            .. Reach(owner, topic?.Audience.Channel?.Name)
                .Concat(people.SelectMany(person => Reach(person, null)))
                .DistinctBy(recipient => recipient.Destination),
        ];
    }

    /// <summary>All ways to a person; the one that is asked for, the settings', or the default. None where there is no channel.</summary>
    public IEnumerable<Recipient> Reach(string? person, string? channel)
    {
        if (channel is not null)
        {
            return To(person, Settings.Find(channel));
        }
        if (person is not null && Settings.Owners.TryGetValue(person, out var ways))
        {
            return ways.SelectMany(way => MailAddresses.IsMeant(way)
                ? To(person, Settings.Channels.FirstOrDefault(known => known.IsEmail), way)
                : To(person, Settings.Find(way)));
        }
        return To(person, (person is null ? null : Settings.Find(person)) ?? Settings.Default);
    }

    private static IEnumerable<Recipient> To(string? person, Channel? channel, string? address = null)
    {
        var to = channel is { IsEmail: false } ? channel.Name : address ?? person;
        return channel is null || to is null || (channel.IsEmail && !MailAddresses.IsValid(to))
            ? []
            : [new Recipient(person ?? channel.Name, channel.Name, new Destination(channel.Kind, to))];
    }

    private static bool Concerns(Subscription subscription, Topic? topic) =>
        subscription.To.Count == 0 || (topic is not null && subscription.To.Any(topic.Names.Contains));
}
