using System.Globalization;
using Greenery.Presentation;
using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts.Routing;

/// <summary>Reads <see cref="AlertSettings"/> strictly; what is wrong is collected.</summary>
internal sealed class AlertSettingsReader(IConfiguration configuration, ICollection<Diagnostic> diagnostics)
{
    public const string Section = "Greenery:Alerts";

    private const string DeliverBy = "DeliverBy";

    /// <summary>The name of <see cref="DeliverBy"/> in earlier versions.</summary>
    private const string PromisedBy = "PromisedBy";

    private static readonly string[] Known =
        ["Owner", "Owners", "Subscribers", "DefaultChannel", DeliverBy, "QuietHours", "RemindAfterDays", "DigestAt"];

    private readonly IConfigurationSection _section = configuration.GetSection(Section);
    private readonly List<Diagnostic> _warnings = [];

    /// <summary>Settings that are read and should be changed.</summary>
    public IReadOnlyList<Diagnostic> Warnings => _warnings;

    /// <param name="channels">The channels there are.</param>
    /// <param name="channelKeys">The keys of the section that describe them.</param>
    public AlertSettings Read(IReadOnlyList<Channel> channels, IReadOnlyList<string> channelKeys)
    {
        string[] known = [.. Known, .. channelKeys];
        foreach (var child in _section.GetChildren()
            .Where(child => !known.Append(PromisedBy).Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            Refuse(child.Key,
                $"is no setting; expected {string.Join(", ", known)}.{Suggestion.Sentence(child.Key, known)}");
        }
        var digestAt = Text("DigestAt");
        return new AlertSettings
        {
            Channels = channels,
            Owner = Text("Owner"),
            Owners = _section.GetSection("Owners").GetChildren()
                .ToDictionary(owner => owner.Key, Values, StringComparer.OrdinalIgnoreCase),
            Subscribers = [.. _section.GetSection("Subscribers").GetChildren()
                .SelectMany(ReadSubscriber), .. Listed("Subscribers")],
            DefaultChannel = Text("DefaultChannel"),
            DeliverBy = ReadDeliverBy(),
            Quiet = ReadQuietHours(),
            RemindAfter = ReadRemindAfter(),
            DigestAt = digestAt == "never" ? null : Time("DigestAt", digestAt, " or never"),
            HasDigests = digestAt != "never",
            Local = ReadZone(),
            Url = ReadUrl(),
            // GreenerySettings reports what is wrong with it.
            Signer = LinkSigner.Read(configuration, []),
        };
    }

    private TimeOnly? ReadDeliverBy()
    {
        if (Text(PromisedBy) is not { } earlier)
        {
            return Time(DeliverBy, Text(DeliverBy));
        }
        var current = Text(DeliverBy);
        _warnings.Add(new Diagnostic($"{Section}:{PromisedBy}", current is null
            ? $"is the old name of {Section}:{DeliverBy}; it is still read. Rename the setting."
            : $"is ignored: it is the old name of {Section}:{DeliverBy}, which is set to '{current}' and counts. "
                + "Remove the old setting."));
        return current is null ? Time(PromisedBy, earlier) : Time(DeliverBy, current);
    }

    private QuietHours? ReadQuietHours()
    {
        if (Text("QuietHours") is not { } text)
        {
            return null;
        }
        if (QuietHours.TryParse(text, out var hours))
        {
            return hours;
        }
        Refuse("QuietHours", $"is '{text}'; expected two different times such as 20:00-07:00.");
        return null;
    }

    private TimeSpan ReadRemindAfter()
    {
        if (Text("RemindAfterDays") is not { } text)
        {
            return new AlertSettings().RemindAfter;
        }
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1
            and <= 365)
        {
            return TimeSpan.FromDays(days);
        }
        Refuse("RemindAfterDays", $"is '{text}'; expected a number of days from 1 to 365.");
        return new AlertSettings().RemindAfter;
    }

    private LocalTime ReadZone()
    {
        if (configuration["Greenery:TimeZone"] is not { } name || string.IsNullOrWhiteSpace(name))
        {
            return LocalTime.Utc;
        }
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return new LocalTime(zone);
        }
        diagnostics.Add(new Diagnostic("Greenery:TimeZone",
            $"is '{name}', which is no time zone of this machine; expected one such as Europe/Berlin."));
        return LocalTime.Utc;
    }

    private Uri? ReadUrl()
    {
        if (configuration["Greenery:Url"] is not { } text || string.IsNullOrWhiteSpace(text))
        {
            return null;
        }
        if (KeyVaultReference.IsUnresolved(text))
        {
            diagnostics.Add(new Diagnostic("Greenery:Url", KeyVaultReference.Fault));
            return null;
        }
        if (text.Contains('@', StringComparison.Ordinal) || text.Contains('?', StringComparison.Ordinal))
        {
            // Not shown, as it would be in every message: it may be a password.
            diagnostics.Add(new Diagnostic("Greenery:Url",
                "has a user name, a password or a query in it, which would be in every message; expected where people "
                + "reach this installation, such as https://greenery.example."));
            return null;
        }
        if (Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }
        diagnostics.Add(new Diagnostic("Greenery:Url",
            $"is '{text}'; expected where people reach this installation, such as https://greenery.example."));
        return null;
    }

    // Subscribers:0 = ana@greenery.example, or Subscribers:ana@greenery.example = marketing, fact_orders.
    private IEnumerable<Subscription> ReadSubscriber(IConfigurationSection child)
    {
        var setting = $"{Section}:Subscribers:{child.Key}";
        return int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? Values(child).Select(person => new Subscription(person, [], setting))
            : [new Subscription(child.Key, [.. Values(child).Where(name => name != "all")], setting)];
    }

    private IEnumerable<Subscription> Listed(string key) =>
        Split(Text(key)).Select(person => new Subscription(person, [], $"{Section}:{key}"));

    private TimeOnly? Time(string key, string? text, string orElse = "")
    {
        if (text is null)
        {
            return null;
        }
        if (QuietHours.TryParseTime(text, out var time))
        {
            return time;
        }
        Refuse(key, $"is '{text}'; expected a time such as 07:00{orElse}.");
        return null;
    }

    private static IReadOnlyList<string> Values(IConfigurationSection section) =>
        [.. section.GetChildren().SelectMany(child => Split(child.Value)), .. Split(section.Value)];

    private static string[] Split(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private string? Text(string key) => string.IsNullOrWhiteSpace(_section[key]) ? null : _section[key]!.Trim();

    private void Refuse(string key, string message) => diagnostics.Add(new Diagnostic($"{Section}:{key}", message));
}
