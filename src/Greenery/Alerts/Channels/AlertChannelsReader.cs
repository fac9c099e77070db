using Greenery.Alerts.Routing;
using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts.Channels;

/// <summary>
/// Reads <see cref="AlertChannels"/> strictly; what is wrong is collected, and never shows a key or an address with
/// one.
/// </summary>
internal sealed class AlertChannelsReader(ChannelSettings settings)
{
    public AlertChannels Read() => new()
    {
        Email = new EmailChannelReader(settings).Read(),
        Smtp = new SmtpChannelReader(settings).Read(),
        Teams = [.. settings["Teams"].GetChildren().Select(ReadTeams).OfType<TeamsChannel>()],
        Folder = ReadFolder(),
    };

    private TeamsChannel? ReadTeams(IConfigurationSection channel)
    {
        var place = $"Teams:{channel.Key}";
        if (channel.Value is { Length: > 0 })
        {
            return settings.Refuse<TeamsChannel>(
                place, "is no channel; expected the webhook's address in Greenery:Alerts:Teams:<name>:Url.");
        }
        if (channel.Key is Channel.Email or FolderTransport.KindName
            || !channel.Key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return settings.Refuse<TeamsChannel>(
                place, "cannot be a channel's name; expected letters, digits, - and _, and neither email nor folder.");
        }
        if (settings.RefuseReferences(channel))
        {
            return null;
        }
        settings.RefuseUnknown(channel, ["Url"]);
        return ReadUrl(channel["Url"]) is { } fault
            ? settings.Refuse<TeamsChannel>($"{place}:Url", fault)
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
        return ChannelSettings.SafeAddress(text.Trim()) is not { } url
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
        var folder = settings["Folder"];
        if (string.IsNullOrWhiteSpace(folder.Value))
        {
            return folder.GetChildren().Any()
                ? settings.Refuse<string>("Folder", "is no folder; expected a path.") : null;
        }
        if (settings.RefuseReferences(folder))
        {
            return null;
        }
        var path = Path.GetFullPath(folder.Value.Trim());
        return File.Exists(path)
            ? settings.Refuse<string>(
                "Folder", $"{path} is a file; expected a folder. It is made when it is not there.")
            : path;
    }
}
