using Greenery.Alerts.Incidents;
using Greenery.Models;
using Greenery.Runs;
using Greenery.Sources;

namespace Greenery.Alerts.Routing;

/// <summary>Whom a state concerns, and how they are reached: what the .yml files say, and the settings.</summary>
public sealed class Router(Project project, AlertSettings settings)
{
    private readonly Dictionary<string, Topic> _topics = Topic.AllOf(project)
        .ToDictionary(topic => topic.Subject, StringComparer.Ordinal);

    public AlertSettings Settings { get; } = settings;

    /// <summary>Whether notifications can be sent at all.</summary>
    public bool HasChannels => Settings.Channels.Count > 0;

    /// <summary>
    /// Who answers for a check or source that is part of the project; null for others: it was taken out.
    /// </summary>
    public Topic? Find(string subject) => _topics.GetValueOrDefault(subject);

    /// <summary>Who answers for a subject, for people: its owner, else who answers for the run.</summary>
    public string OwnerOf(string subject) => Find(subject)?.Ownership.Owner?.Name ?? Settings.Owner ?? "unassigned";

    /// <summary>The models that read a model or source table, directly or by others, in the project's order.</summary>
    public IReadOnlyList<string> ReadersOf(string table)
    {
        var readers = WithReaders(table);
        return [.. project.Catalogue.Models.Where(model => model.Name != table && readers.Contains(model.Name))
            .Select(model => $"{model}")];
    }

    /// <summary>Where a model or source table, or what reads it, is used.</summary>
    public IReadOnlyList<Exposure> ExposuresOf(string table)
    {
        var readers = WithReaders(table);
        return [.. project.Exposures.Where(exposure => exposure.Models.Any(readers.Contains))];
    }

    /// <summary>Who answers for a source table, as <see cref="OwnerOf"/>.</summary>
    public string OwnerOfTable(string table) => project.Catalogue.Sources
        .FirstOrDefault(source => source.Name == table)?.Owner ?? Settings.Owner ?? "unassigned";

    /// <summary>Who answers for a model, as <see cref="OwnerOf"/>.</summary>
    public string OwnerOfModel(string model) =>
        project.Catalogue.Find(model)?.Owner ?? Settings.Owner ?? "unassigned";

    /// <summary>All recipients of a subject, each once: its owner first, then its subscribers.</summary>
    public IReadOnlyList<Recipient> Of(string subject)
    {
        if (IncidentKeys.ChannelOf(subject) is { } failing)
        {
            return Besides(failing);
        }
        if (IncidentKeys.IsSetting(subject))
        {
            return Working();
        }
        var topic = Find(subject);
        var subscribers = Settings.Subscribers.Where(subscription => Concerns(subscription, topic))
            .SelectMany(subscription => Reach(subscription.Person, null));
        return [.. Of(topic?.Ownership ?? Ownership.None).Concat(subscribers)
            .DistinctBy(recipient => recipient.Destination)];
    }

    /// <summary>
    /// All recipients that <c>meta</c> names, the owner first; the run's owner where it names none.
    /// </summary>
    public IEnumerable<Recipient> Of(Ownership ownership) =>
        Reach(ownership.Owner?.Name ?? Settings.Owner, ownership.Channel?.Name)
        .Concat(ownership.Subscribers.SelectMany(subscriber => Reach(subscriber.Name, null)));

    /// <summary>
    /// All ways to a person; the one that is asked for, the settings', or the default. None where there is no channel.
    /// </summary>
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

    /// <summary>All possible recipients, with their channels.</summary>
    public IReadOnlyList<Recipient> Routes() =>
    [
        .. Of(IncidentKeys.Run).Concat(_topics.Keys.SelectMany(Of)).Distinct()
        .OrderBy(recipient => recipient.Person, StringComparer.Ordinal)
            .ThenBy(recipient => recipient.Channel, StringComparer.Ordinal),
    ];

    /// <summary>A user whom a sample on a channel may go to.</summary>
    public Recipient SampleOf(Channel channel) => To(Settings.Owner, channel)
        .Concat(Reach(Settings.Owner, null).Concat(_topics.Keys.SelectMany(Of))
        .Where(recipient => recipient.Channel == channel.Name))
        .FirstOrDefault()
        ?? new Recipient("nobody", channel.Name, new Destination(channel.Kind, "nobody@greenery.example"));

    // Models come after what they read.
    private HashSet<string> WithReaders(string table)
    {
        var readers = new HashSet<string>(StringComparer.Ordinal) { table };
        foreach (var model in project.Catalogue.Models.Where(model =>
            model.Models.Concat(model.Sources).Any(readers.Contains)))
        {
            readers.Add(model.Name);
        }
        return readers;
    }

    // A channel that fails is reported on all other channels.
    private List<Recipient> Besides(string failing)
    {
        bool IsUsable(Recipient recipient) => recipient.Channel != failing && IsWorking(recipient);
        List<Recipient> usual =
        [
            .. Reach(Settings.Owner, null)
                .Concat(Settings.Channels.SelectMany(channel => To(Settings.Owner, channel))).Where(IsUsable)
                .DistinctBy(recipient => recipient.Destination),
        ];
        return usual.Count > 0 ? usual : Others(IsUsable);
    }

    // Those who can be reached, where who answers for the installation cannot: other owners of the settings, else their
    // subscribers, else who owns data. Without any of them, status, health and the digest say it.
    private List<Recipient> Others(Func<Recipient, bool> isUsable) =>
        new[]
        {
            Settings.Owners.Keys.SelectMany(owner => Reach(owner, null)),
            Settings.Subscribers.SelectMany(subscription => Reach(subscription.Person, null)),
            _topics.Values.SelectMany(topic => Of(topic.Ownership)),
        }
        .Select(recipients => recipients.Where(isUsable).DistinctBy(recipient => recipient.Destination).ToList())
        .FirstOrDefault(recipients => recipients.Count > 0) ?? [];

    // Wrong settings are the business of who answers for the installation. Where the way there is broken or not set,
    // all others are taken.
    private List<Recipient> Working()
    {
        var usual = Reach(Settings.Owner, null).Where(IsWorking).ToList();
        List<Recipient> all = usual.Count > 0 ? usual
            : [.. Settings.Channels.SelectMany(channel => To(Settings.Owner, channel)).Where(IsWorking)
                .DistinctBy(recipient => recipient.Destination)];
        return all.Count > 0 ? all : Others(IsWorking);
    }

    private bool IsWorking(Recipient recipient) => Settings.Find(recipient.Channel) is { Fault: null };

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
