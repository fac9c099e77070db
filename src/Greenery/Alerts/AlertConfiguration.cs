using Greenery.Alerts.Channels;
using Greenery.Alerts.Routing;
using Greenery.Runs;
using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts;

/// <summary>All settings <c>Greenery:Alerts:*</c>: who is notified of what, and on which channels.</summary>
/// <param name="Settings">Recipients, subjects and times.</param>
/// <param name="Channels">The channels.</param>
public sealed record AlertConfiguration(AlertSettings Settings, AlertChannels Channels)
{
    /// <summary>Settings that are read and should be changed, such as those with an old name.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; private init; } = [];

    private IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Reads the settings. Nothing is thrown: <see cref="Verify"/> says what is wrong with them.</summary>
    public static AlertConfiguration Read(IConfiguration configuration)
    {
        var diagnostics = new List<Diagnostic>();
        var channels = AlertChannels.Read(configuration, diagnostics);
        // A misconfigured channel still counts as a channel, so that its mistake is reported once only.
        var known = diagnostics.Count == 0 ? channels.All
            : Described(configuration.GetSection(AlertSettingsReader.Section));
        var reader = new AlertSettingsReader(configuration, diagnostics);
        var settings = reader.Read(known, AlertChannels.Keys);
        return new AlertConfiguration(settings, channels) { Diagnostics = diagnostics, Warnings = reader.Warnings };
    }

    /// <summary>
    /// All mistakes: in the settings, and in the people and channels that the .yml files name.
    /// <see cref="Project.Read"/> reports them together with its own.
    /// </summary>
    public IEnumerable<Diagnostic> Verify(Project project) =>
        [.. Diagnostics, .. new RoutingRules(project, Settings).Verify()];

    private static List<Channel> Described(IConfigurationSection section) =>
    [
        .. section.GetSection("Email").Exists() || section.GetSection("Smtp").Exists()
            ? [new Channel(Channel.Email, Channel.Email)] : Array.Empty<Channel>(),
        .. section.GetSection("Teams").GetChildren().Select(child => new Channel(child.Key, TeamsTransport.KindName)),
        .. section.GetSection("Folder").Exists()
            ? [new Channel(FolderTransport.KindName, FolderTransport.KindName)] : Array.Empty<Channel>(),
    ];
}
