using Greenery.Alerts.Routing;
using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts.Channels;

/// <summary>
/// Reads <see cref="AlertChannels"/> strictly; what is wrong is collected, and never shows a key or an address with
/// one.
/// </summary>
internal sealed class AlertChannelsReader(IConfiguration configuration, ICollection<Diagnostic> diagnostics)
{
    private const string Section = "Greenery:Alerts";

    private static readonly string[] EmailKeys = ["ApiKey", "From", "FromName", "Host"];

    private readonly IConfigurationSection _section = configuration.GetSection(Section);

    public AlertChannels Read() => new()
    {
        Email = ReadEmail(_section.GetSection("Email")),
        Teams = [.. _section.GetSection("Teams").GetChildren().Select(ReadTeams).OfType<TeamsChannel>()],
        Folder = ReadFolder(),
    };

    private EmailChannel? ReadEmail(IConfigurationSection email)
    {
        if (!email.Exists())
        {
            return null;
        }
        RefuseUnknown(email, EmailKeys);
        var key = ReadKey(email["ApiKey"]);
        var from = ReadFrom(email["From"]);
        var name = ReadFromName(email["FromName"]);
        var host = ReadHost(email["Host"]);
        return key is null || from is null || name is null || host is null ? null
            : new EmailChannel(key, from, name, host);
    }

    private Secret? ReadKey(string? text)
    {
        var key = text?.Trim();
        return string.IsNullOrEmpty(key)
            ? Refuse<Secret>("Email:ApiKey", "is not set; expected a SendGrid key with the permission Mail Send.")
            : key.All(c => c is > ' ' and < '\x7f') ? new Secret(key)
            : Refuse<Secret>(
            "Email:ApiKey", "has characters in it that no key has; copy it anew (it is not shown here).");
    }

    private string? ReadFrom(string? text) =>
        string.IsNullOrWhiteSpace(text)
            ? Refuse<string>(
            "Email:From", $"is not set; expected {MailAddresses.Expected}, a sender that SendGrid has verified.")
        : MailAddresses.IsValid(text.Trim()) && text.All(char.IsAscii) ? text.Trim()
        : Refuse<string>("Email:From", $"'{text}' is no e-mail address; expected {MailAddresses.Expected}, in ASCII.");

    // SendGrid takes neither Unicode in the sender nor these separators in names.
    private string? ReadFromName(string? text) =>
        string.IsNullOrWhiteSpace(text) ? "Greenery"
        : text.All(c => c is >= ' ' and < '\x7f' and not (',' or ';' or '<' or '>' or '"')) ? text.Trim()
        : Refuse<string>(
        "Email:FromName", $"'{text}' cannot be a sender's name; expected letters of ASCII without , ; < > \".");

    private Uri? ReadHost(string? text) => text?.Trim() switch
    {
        null or "" => new Uri("https://api.sendgrid.com"),
        var us when us.Equals("us", StringComparison.OrdinalIgnoreCase) => new Uri("https://api.sendgrid.com"),
        var eu when eu.Equals("eu", StringComparison.OrdinalIgnoreCase) => new Uri("https://api.eu.sendgrid.com"),
        var other => SafeAddress(other) is { Query: "", UserInfo: "" } relay
            ? relay
            : Refuse<Uri>(
            "Email:Host", $"'{other}' is no host of SendGrid; expected us, eu, or the https address of a relay."),
    };

    private TeamsChannel? ReadTeams(IConfigurationSection channel)
    {
        var place = $"Teams:{channel.Key}";
        if (channel.Value is { Length: > 0 })
        {
            return Refuse<TeamsChannel>(
                place, "is no channel; expected the webhook's address in Greenery:Alerts:Teams:<name>:Url.");
        }
        if (channel.Key is Channel.Email or FolderTransport.KindName
            || !channel.Key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return Refuse<TeamsChannel>(
                place, "cannot be a channel's name; expected letters, digits, - and _, and neither email nor folder.");
        }
        RefuseUnknown(channel, ["Url"]);
        return ReadUrl(channel["Url"]) is { } fault
            ? Refuse<TeamsChannel>($"{place}:Url", fault)
            : new TeamsChannel(channel.Key, new Secret(channel["Url"]!.Trim()));
    }

    /// <returns>What is wrong with a webhook's address; null when nothing is.</returns>
    private static string? ReadUrl(string? text)
    {
        const string Expected =
            "expected the https address of a Workflows webhook (\"When a Teams webhook request is received\")";
        if (string.IsNullOrWhiteSpace(text))
        {
            return $"is not set; {Expected}.";
        }
        return SafeAddress(text.Trim()) is not { } url
            ? $"is no address of a webhook (it is not shown here); {Expected}."
            : url.Host.EndsWith("webhook.office.com", StringComparison.OrdinalIgnoreCase)
                ? $"is a connector at {url.Host}; Microsoft has retired these. Make a Workflow in the channel "
                + $"instead: {Expected}."
            : !url.Query.Contains("sig=", StringComparison.Ordinal)
                ? $"has no sig= in it, so it was cut off: quote it, because & ends a command in a shell; {Expected}."
            : null;
    }

    private string? ReadFolder()
    {
        var folder = _section.GetSection("Folder");
        if (string.IsNullOrWhiteSpace(folder.Value))
        {
            return folder.GetChildren().Any() ? Refuse<string>("Folder", "is no folder; expected a path.") : null;
        }
        var path = Path.GetFullPath(folder.Value.Trim());
        return File.Exists(path)
            ? Refuse<string>("Folder", $"{path} is a file; expected a folder. It is made when it is not there.") : path;
    }

    // Without TLS a key would be read by everybody on the way; on this machine there is no way.
    private static Uri? SafeAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)) ? url : null;

    private void RefuseUnknown(IConfigurationSection section, string[] known)
    {
        var place = section.Path[(Section.Length + 1)..];
        if (!string.IsNullOrEmpty(section.Value))
        {
            Refuse<object>(place,
                $"is no setting by itself; expected {string.Join(", ", known.Select(key => $"{place}:{key}"))}.");
        }
        foreach (var child in section.GetChildren()
            .Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            Refuse<object>($"{place}:{child.Key}",
                $"is no setting; expected {string.Join(", ", known)}.{Suggestion.Sentence(child.Key, known)}");
        }
    }

    private T? Refuse<T>(string key, string message)
        where T : class
    {
        diagnostics.Add(new Diagnostic($"{Section}:{key}", message));
        return null;
    }
}
