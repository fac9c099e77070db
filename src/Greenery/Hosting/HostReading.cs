using Greenery.Alerts;
using Greenery.Runs;
using Microsoft.Extensions.Configuration;

namespace Greenery.Hosting;

/// <summary>
/// Settings and project as far as they can be read, with all that is wrong: for who reports it and does not need them
/// right. What is wrong with a setting has its default.
/// </summary>
/// <param name="Configuration">What was read, with what project.yml says of settings.</param>
/// <param name="Settings">Section <c>Greenery</c>.</param>
/// <param name="Alerts">Who is notified, and how.</param>
/// <param name="Project">Null where contract, models or checks are wrong, or its folder is not there.</param>
/// <param name="SettingFaults">What is wrong with settings.</param>
/// <param name="ProjectFaults">What is wrong with the project.</param>
public sealed record HostReading(
    IConfiguration Configuration, GreenerySettings Settings, AlertConfiguration Alerts, Project? Project,
    IReadOnlyList<Diagnostic> SettingFaults, IReadOnlyList<Diagnostic> ProjectFaults)
{
    private const string ProjectPlace = "sql/";

    /// <summary>Reads them; nothing is connected to.</summary>
    public static HostReading Read(IConfiguration configuration)
    {
        configuration = ProjectSettings.Complete(configuration);
        var (settings, needed) = new GreenerySettingsReader(configuration).ReadAll();
        var alerts = AlertConfiguration.Read(configuration);
        var (project, faults) = ReadProject(configuration, settings, alerts);
        var isOfProject = faults.ToLookup(fault => fault.Place.StartsWith(ProjectPlace, StringComparison.Ordinal));
        return new HostReading(
            configuration, settings, alerts, project, [.. needed, .. isOfProject[false]], [.. isOfProject[true]]);
    }

    /// <summary>Whether a setting, or one below it, is wrong: then what it names is not known.</summary>
    public bool IsWrong(string setting) => SettingFaults.Any(fault =>
        fault.Place == setting || fault.Place.StartsWith($"{setting}:", StringComparison.OrdinalIgnoreCase));

    // A folder that is not there is a fault of the setting already.
    private static (Project?, IReadOnlyList<Diagnostic>) ReadProject(
        IConfiguration configuration, GreenerySettings settings, AlertConfiguration alerts)
    {
        if (!Directory.Exists(settings.Sql))
        {
            return (null, settings.Faults);
        }
        try
        {
            var (project, faults) = Hosting.SettingFaults.Read(configuration, settings, alerts);
            return (project, faults.All);
        }
        catch (ConfigurationException exception)
        {
            return (null, exception.Diagnostics);
        }
    }
}
