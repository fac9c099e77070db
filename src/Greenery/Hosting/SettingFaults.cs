using Greenery.Alerts;
using Greenery.Reports;
using Greenery.Runs;
using Microsoft.Extensions.Configuration;

namespace Greenery.Hosting;

/// <summary>
/// What is wrong with settings that a run does not need: channels and recipients, the place of reports, links, health,
/// retention, telemetry. Runs go on without them, people are notified on the channels that work, and
/// <c>greenery validate</c> refuses them.
/// </summary>
/// <param name="All">Each with its place.</param>
public sealed record SettingFaults(IReadOnlyList<Diagnostic> All)
{
    /// <summary>Reads the project, and with it all that is wrong.</summary>
    /// <exception cref="ConfigurationException">Contract, models or checks are wrong; it says the rest as
    /// well.</exception>
    internal static (Project Project, SettingFaults Faults) Read(
        IConfiguration configuration, GreenerySettings settings, AlertConfiguration alerts)
    {
        List<Diagnostic> faults =
            [.. settings.Faults, .. ReportStores.Verify(settings), .. TelemetrySettings.Verify(configuration)];
        try
        {
            var project = Project.Read(
                settings.Sql,
                found =>
                {
                    faults.AddRange(alerts.Verify(found));
                    return [];
                },
                settings.TimeZone,
                settings.IsProjectNamed ? settings.Project : null);
            return (project, new SettingFaults(faults));
        }
        catch (ConfigurationException exception)
        {
            throw new ConfigurationException([.. exception.Diagnostics, .. faults]);
        }
    }
}
