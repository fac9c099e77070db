using Greenery.Alerts.Routing;
using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts.Channels;

/// <summary>
/// The channels that the settings describe, whether or not they are right: who is to be reached on a channel with a
/// wrong setting is not unknown, only out of reach.
/// </summary>
internal static class DescribedChannels
{
    private static readonly string[] MailSections = ["Email", "Smtp"];

    /// <param name="section">The alerts' settings.</param>
    /// <param name="channels">Those that can be used.</param>
    /// <param name="diagnostics">What is wrong.</param>
    public static IReadOnlyList<Channel> Of(
        IConfigurationSection section, AlertChannels channels, IReadOnlyCollection<Diagnostic> diagnostics)
    {
        var usable = channels.All.Select(channel => channel.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Described(section).DistinctBy(channel => channel.Name)
                .Select(channel => usable.Contains(channel.Name) ? channel : channel with
                {
                    Fault = Text(diagnostics.Where(diagnostic => IsOf(channel, diagnostic))),
                })
                // An empty setting describes no channel.
                .Where(channel => channel.Fault is not ""),
        ];
    }

    /// <summary>Whether a mistake lies in the channel's settings.</summary>
    public static bool IsOf(Channel channel, Diagnostic diagnostic) => Sections(channel).Any(section =>
        diagnostic.Place == section
        || diagnostic.Place.StartsWith($"{section}:", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<Channel> Described(IConfigurationSection section) =>
    [
        .. MailSections.Any(name => section.GetSection(name).Exists())
            ? [new Channel(Channel.Email, Channel.Email)] : Array.Empty<Channel>(),
        .. section.GetSection("Teams").GetChildren().Where(child => !IsReserved(child.Key))
            .Select(child => new Channel(child.Key, TeamsTransport.KindName)),
        .. section.GetSection("Folder").Exists()
            ? [new Channel(FolderTransport.KindName, FolderTransport.KindName)] : Array.Empty<Channel>(),
    ];

    // The name of another channel; that it cannot be used is a mistake, and no channel's.
    private static bool IsReserved(string name) => name is Channel.Email or FolderTransport.KindName;

    private static IEnumerable<string> Sections(Channel channel) => channel.Kind switch
    {
        Channel.Email => MailSections.Select(name => $"{AlertSettingsReader.Section}:{name}"),
        TeamsTransport.KindName => [$"{AlertSettingsReader.Section}:Teams:{channel.Name}"],
        _ => [$"{AlertSettingsReader.Section}:Folder"],
    };

    private static string Text(IEnumerable<Diagnostic> diagnostics) =>
        string.Join(' ', diagnostics.Select(diagnostic => $"{diagnostic.Place} {diagnostic.Message}"));
}
