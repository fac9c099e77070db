using Greenery.Models;
using Greenery.Runs;
using Greenery.Sources;

namespace Greenery.Alerts.Routing;

/// <summary>
/// Verifies that all recipients that files and settings name exist and can be reached. Runs go on without them, and
/// it is reported to those who can be reached.
/// </summary>
internal sealed class RoutingRules(Project project, AlertSettings settings)
{
    private const string Section = AlertSettingsReader.Section;

    /// <summary>All that is wrong, each with its place.</summary>
    public IReadOnlyList<Diagnostic> Verify() =>
    [
        .. Ownerships().SelectMany(Diagnostics).Distinct(),
        .. settings.Owners.SelectMany(owner => OwnerDiagnostics(owner.Key, owner.Value)),
        .. settings.Subscribers.SelectMany(SubscriberDiagnostics),
        .. settings.Owner is { } owner ? PersonDiagnostics("owner", new SourceReference(owner, $"{Section}:Owner"))
        : [],
        .. DefaultDiagnostics(),
    ];

    private IEnumerable<Ownership> Ownerships() => project.Catalogue.Sources.Select(source => source.Ownership)
        .Concat(project.Catalogue.Models.Select(model => model.Ownership))
        .Concat(project.Checks.Select(check => check.Ownership));

    private IEnumerable<Diagnostic> Diagnostics(Ownership ownership) =>
    [
        .. ownership.Owner is { } owner ? PersonDiagnostics("owner", owner) : [],
        .. ownership.Subscribers.SelectMany(subscriber => PersonDiagnostics("subscriber", subscriber)),
        .. ownership.Channel is { } channel ? ChannelDiagnostics(channel, ownership.Owner) : [],
    ];

    private IEnumerable<Diagnostic> PersonDiagnostics(string role, SourceReference person)
    {
        if (MailAddresses.IsValid(person.Name) || settings.Owners.ContainsKey(person.Name) || settings.Find(person.Name)
            is not null)
        {
            return [];
        }
        var message = MailAddresses.IsMeant(person.Name)
            ? $"{role} '{person.Name}' is no mail address; expected {MailAddresses.Expected}."
            : $"unknown {role} '{person.Name}'; expected {MailAddresses.Expected}, or an owner of {Section}:Owners "
                + $"or a channel ({Names(People)}).{Suggestion.Sentence(person.Name, People)}";
        return [new Diagnostic(person.Place, message) { Rule = $"{role} {person.Name}" }];
    }

    private IEnumerable<Diagnostic> ChannelDiagnostics(SourceReference channel, SourceReference? owner) =>
        settings.Find(channel.Name) switch
    {
        null => [UnknownChannel(channel.Place, channel.Name)],
        { IsEmail: true } when owner is not null && !MailAddresses.IsMeant(owner.Name) && settings.Find(owner.Name)
            is null
            && !settings.Owners.GetValueOrDefault(owner.Name, []).Any(MailAddresses.IsMeant) =>
            [new Diagnostic(channel.Place,
                $"channel '{channel.Name}' is mail, but owner '{owner.Name}' has no address; expected one in "
                    + $"{Section}:Owners:{owner.Name}.") { Rule = $"owner {owner.Name} without an address" }],
        _ => [],
    };

    private IEnumerable<Diagnostic> OwnerDiagnostics(string owner, IReadOnlyList<string> ways)
    {
        var setting = $"{Section}:Owners:{owner}";
        return ways.Count == 0
            ? [new Diagnostic(setting,
                $"names no channel; expected names of channels ({Names(Channels)}) or mail addresses, separated by "
                    + $"commas.")]
            : ways.SelectMany(way => DestinationDiagnostics(setting, way));
    }

    private IEnumerable<Diagnostic> DestinationDiagnostics(string setting, string way) => way switch
    {
        _ when MailAddresses.IsValid(way) && settings.Channels.Any(channel => channel.IsEmail) => [],
        _ when MailAddresses.IsValid(way) =>
            [new Diagnostic(
                setting, $"names the address {way}, but there is no channel for mail; expected one in the settings.")],
        _ when MailAddresses.IsMeant(way) =>
            [new Diagnostic(setting, $"'{way}' is no mail address; expected {MailAddresses.Expected}.")],
        _ when settings.Find(way) is { IsEmail: true } =>
            [new Diagnostic(
                setting, $"names '{way}', which is mail, but no address; expected {MailAddresses.Expected}.")],
        _ when settings.Find(way) is null => [UnknownChannel(setting, way)],
        _ => [],
    };

    private IEnumerable<Diagnostic> SubscriberDiagnostics(Subscription subscription)
    {
        var known = project.Catalogue.Marts.InOrder.Concat(project.Catalogue.Models.Select(model => model.Name))
            .Concat(project.Catalogue.Sources.Select(source => source.Name)).Append("staging").ToList();
        return PersonDiagnostics("subscriber", new SourceReference(subscription.Person, subscription.Setting))
            .Concat(subscription.To.Where(name => !known.Contains(name))
            .Select(name => new Diagnostic(subscription.Setting,
                $"'{name}' is no mart, model or source table; expected some of these, or all."
                    + $"{Suggestion.Sentence(name, known)}") { Rule = $"subscriber of {name}" }));
    }

    private IEnumerable<Diagnostic> DefaultDiagnostics()
    {
        if (settings.DefaultChannel is { } name && settings.Find(name) is null)
        {
            return [UnknownChannel($"{Section}:DefaultChannel", name)];
        }
        if (settings.Channels.Count > 0 && settings.Default is null)
        {
            return [new Diagnostic($"{Section}:DefaultChannel",
                $"is not set, and none of the channels {Names(Channels)} is mail; expected the one for those for "
                    + $"whom nothing else is said.")];
        }
        return settings is { Default.IsEmail: true, Owner: null }
            ? [new Diagnostic($"{Section}:Owner",
                "is not set; expected the recipient of run alerts and of all without an owner: an address, or an owner "
                + $"of {Section}:Owners.")]
            : [];
    }

    private Diagnostic UnknownChannel(string place, string name) => new(
        place, $"unknown channel '{name}'; expected {Names(Channels)}.{Suggestion.Sentence(name, Channels)}")
    {
        Rule = $"channel {name}",
    };

    private List<string> Channels => [.. settings.Channels.Select(channel => channel.Name)];

    private List<string> People => [.. settings.Owners.Keys,
        .. settings.Channels.Where(channel => !channel.IsEmail).Select(channel => channel.Name)];

    private static string Names(List<string> names) => names.Count == 0 ? "none is set" : string.Join(", ", names);
}
