using Greenery.Alerts.Channels;
using Greenery.Alerts.Routing;
using Greenery.Runs;
using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts;

/// <summary>Everything the settings <c>Greenery:Alerts:*</c> say: who is told what, and by which ways.</summary>
/// <param name="Settings">Who, what, when.</param>
/// <param name="Channels">The ways.</param>
public sealed record AlertConfiguration(AlertSettings Settings, AlertChannels Channels)
{
    private IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Reads the settings. Nothing is thrown: <see cref="Verify"/> says what is wrong with them.</summary>
    public static AlertConfiguration Read(IConfiguration configuration)
    {
        var diagnostics = new List<Diagnostic>();
        var channels = AlertChannels.Read(configuration, diagnostics);
        // A channel that is described wrongly is there all the same: nobody is told of it twice.
        var known = diagnostics.Count == 0 ? channels.All
            : Described(configuration.GetSection(AlertSettingsReader.Section));
        var settings = new AlertSettingsReader(configuration, diagnostics).Read(known, AlertChannels.Keys);
        return new AlertConfiguration(settings, channels) { Diagnostics = diagnostics };
    }

    /// <summary>
    /// All that is wrong: with the settings, and with the people and channels that the .yml files name. For
    /// <see cref="Project.Read"/>, so that it is told along with what else is wrong.
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
