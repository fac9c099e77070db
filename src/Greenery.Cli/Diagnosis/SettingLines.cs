using Greenery.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Greenery.Cli.Diagnosis;

/// <summary>Which settings are set, where they come from, and what is wrong with them.</summary>
internal static class SettingLines
{
    private const string Subject = "setting";
    private const string Masked = "***";

    // Only what is known to hold no secret is shown: a connection string or an address may have one in it.
    private static readonly string[] Shown =
    [
        "Greenery:DropsContainer", "Greenery:Sql", "Greenery:LocalData", "Greenery:Schedule", "Greenery:TimeZone",
        "Greenery:MaxAge", "Greenery:Project", "Greenery:Retention:", "Greenery:Limits:", "Greenery:Verify:",
        "Greenery:Alerts:DeliverBy", "Greenery:Alerts:DigestAt", "Greenery:Alerts:QuietHours",
        "Greenery:Alerts:RemindAfterDays", "Greenery:Alerts:DefaultChannel", "Greenery:Alerts:Owner",
    ];

    // Shown where they are folders.
    private static readonly string[] Stores = ["Greenery:Drops", "Greenery:Reports"];

    public static IEnumerable<DoctorLine> Of(IConfigurationRoot configuration, HostReading reading)
    {
        var isSet = false;
        foreach (var (key, value) in reading.Configuration.GetSection("Greenery").AsEnumerable()
            .Where(setting => !string.IsNullOrWhiteSpace(setting.Value))
            .OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase))
        {
            isSet = true;
            if (!reading.SettingFaults.Any(fault => fault.Place.Equals(key, StringComparison.OrdinalIgnoreCase)))
            {
                yield return DoctorLine.Ok(Subject, $"{key} = {Show(key, value!)} ({Source(configuration, key)})");
            }
        }
        if (!isSet)
        {
            yield return DoctorLine.Ok(
                Subject, "none is set: database and drops are local services. docs/configuration.md lists them all.");
        }
        foreach (var fault in reading.SettingFaults)
        {
            yield return DoctorLine.Failed(Subject, fault);
        }
        foreach (var warning in reading.Alerts.Warnings)
        {
            yield return DoctorLine.Warning(Subject, $"{warning}");
        }
    }

    private static string Show(string key, string value) =>
        Shown.Any(shown => shown.EndsWith(':')
            ? key.StartsWith(shown, StringComparison.OrdinalIgnoreCase)
            : key.Equals(shown, StringComparison.OrdinalIgnoreCase))
        || (Stores.Contains(key, StringComparer.OrdinalIgnoreCase) && Directory.Exists(value)) ? value : Masked;

    // The last one decides.
    private static string Source(IConfigurationRoot configuration, string key)
    {
        var sources = configuration.Providers.Reverse()
            .Where(provider => provider.TryGet(key, out var value) && !string.IsNullOrWhiteSpace(value))
            .Select(Name).ToList();
        return sources switch
        {
            [] => "sql/project.yml",
            [var only] => only,
            [var first, .. var others] => $"{first}, not {string.Join(", ", others)}",
        };
    }

    private static string Name(IConfigurationProvider provider) => provider switch
    {
        JsonConfigurationProvider => CliServices.SettingsFile,
        EnvironmentVariablesConfigurationProvider => "environment",
        _ => provider.GetType().Name,
    };
}
