using Greenery.Alerts.Channels;
using Greenery.Alerts.Routing;
using Greenery.Runs;
using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts;

/// <summary>All settings <c>Greenery:Alerts:*</c>: who is notified of what, and on which channels.</summary>
/// <param name="Settings">Recipients, subjects and times.</param>
/// <param name="Channels">The channels that can be used.</param>
public sealed record AlertConfiguration(AlertSettings Settings, AlertChannels Channels)
{
    /// <summary>Settings that are read and should be changed, such as those with an old name.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; private init; } = [];

    private IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>
    /// Reads the settings. Nothing is thrown: no alert is worth a run. <see cref="Verify"/> says what is wrong with
    /// them.
    /// </summary>
    public static AlertConfiguration Read(IConfiguration configuration)
    {
        var diagnostics = new List<Diagnostic>();
        var channels = AlertChannels.Read(configuration, diagnostics);
        var known = DescribedChannels.Of(configuration.GetSection(AlertSettingsReader.Section), channels, diagnostics);
        var reader = new AlertSettingsReader(configuration, diagnostics);
        var settings = reader.Read(known, AlertChannels.Keys);
        return new AlertConfiguration(settings, channels) { Diagnostics = diagnostics, Warnings = reader.Warnings };
    }

    /// <summary>All mistakes: in the settings, and in the people and channels that the .yml files name.</summary>
    public IEnumerable<Diagnostic> Verify(Project project) =>
        [.. Diagnostics, .. new RoutingRules(project, Settings).Verify()];

    /// <summary>The same, with what people have to be notified of.</summary>
    /// <param name="faults">All that is wrong with settings that runs do without; those of a broken channel are
    /// reported as the channel's.</param>
    public AlertConfiguration With(IEnumerable<Diagnostic> faults) => this with
    {
        Settings = Settings with
        {
            Faults = [.. faults.Where(fault => !Settings.Channels.Any(channel =>
                channel.Fault is not null && DescribedChannels.IsOf(channel, fault)))],
        },
    };
}
