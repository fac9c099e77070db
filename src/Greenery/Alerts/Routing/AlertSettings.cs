using Greenery.Presentation;

namespace Greenery.Alerts.Routing;

/// <summary>
/// Who is notified of what, where and when: the settings <c>Greenery:Alerts:*</c> except those that describe the
/// channels. All have a default; without a channel incidents are saved, and no notification is sent.
/// </summary>
public sealed record AlertSettings
{
    /// <summary>The channels there are, those with wrong settings as well.</summary>
    public IReadOnlyList<Channel> Channels { get; init; } = [];

    /// <summary>
    /// What is wrong with settings that runs do not need, and is no channel's fault: each is an incident.
    /// </summary>
    public IReadOnlyList<Diagnostic> Faults { get; init; } = [];

    /// <summary>
    /// The name of the host that has these settings: several may share a database, each with its own. The same after a
    /// restart.
    /// </summary>
    public string Host { get; init; } = Environment.MachineName;

    /// <summary>
    /// Who is notified of the run itself, of channels that fail, and of everything without an owner (<c>Owner</c>): an
    /// address or the name of an owner. Null: what the default channel is.
    /// </summary>
    public string? Owner { get; init; }

    /// <summary>Where owners are reached (<c>Owners:&lt;owner&gt;</c>): channels and addresses.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Owners { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>Who hears of all, or of some marts (<c>Subscribers</c>).</summary>
    public IReadOnlyList<Subscription> Subscribers { get; init; } = [];

    /// <summary>
    /// Where those are reached for whom nothing else is said (<c>DefaultChannel</c>): e-mail where there is one.
    /// </summary>
    public string? DefaultChannel { get; init; }

    /// <summary>
    /// The SLA: by when something is published every day, local time (<c>DeliverBy</c>); null for no SLA.
    /// </summary>
    public TimeOnly? DeliverBy { get; init; }

    /// <summary>When only errors disturb (<c>QuietHours</c>); null for never.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>
    /// How long something stays open before people are notified again, and again (<c>RemindAfterDays</c>).
    /// </summary>
    public TimeSpan RemindAfter { get; init; } = TimeSpan.FromDays(3);

    /// <summary>
    /// From when on, local time, digests go out (<c>DigestAt</c>); null for after the day's first run.
    /// </summary>
    public TimeOnly? DigestAt { get; init; }

    /// <summary>Whether there are digests at all (<c>DigestAt: never</c>).</summary>
    public bool HasDigests { get; init; } = true;

    /// <summary>Local time of all of these (<c>Greenery:TimeZone</c>).</summary>
    public LocalTime Local { get; init; } = LocalTime.Utc;

    /// <summary>Where links lead (<c>Greenery:Url</c>); null for messages without.</summary>
    public Uri? Url { get; init; }

    /// <summary>Signs links (<c>Greenery:Links:*</c>); null for links that ask for the API's key.</summary>
    public LinkSigner? Signer { get; init; }

    /// <summary>
    /// Where nothing else is said: null when there is no channel, or nothing decides between several.
    /// </summary>
    public Channel? Default => DefaultChannel is { } name
        ? Find(name)
        : Channels.FirstOrDefault(channel => channel.IsEmail) ?? (Channels is [var only] ? only : null);

    /// <summary>The channel of that name, or null.</summary>
    public Channel? Find(string name) => Channels.FirstOrDefault(channel => channel.Name == name);
}
