using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Greenery;

/// <summary>
/// Reads <see cref="GreenerySettings"/>. What is wrong with a setting that a run needs is an error; what is wrong with
/// another is collected, and what is safe takes its place.
/// </summary>
internal sealed partial class GreenerySettingsReader(IConfiguration configuration)
{
    /// <summary>The setting of <see cref="GreenerySettings.Reports"/>.</summary>
    public const string ReportsSetting = "Greenery:Reports";

    /// <summary>The setting of <see cref="GreenerySettings.Project"/>.</summary>
    public const string ProjectSetting = "Greenery:Project";

    /// <summary>Kept for good: what to delete is not known.</summary>
    private static readonly TimeSpan Always = TimeSpan.FromDays(MostDays);

    private const int MostDays = 36_500;

    /// <summary>Without these no run is right: how it is reached, what it loads, when and for which day.</summary>
    private static readonly string[] Needed =
        ["Warehouse", "Drops", "DropsContainer", "Sql", "Schedule", "TimeZone", "LocalData"];

    private static readonly string[] Known =
    [
        "Warehouse", "Drops", "DropsContainer", "Sql", "Schedule", "TimeZone", "MaxAge", "Alerts", "Reports", "Url",
        "ApiKey", "LocalData", "Links", "Project", "Retention", "Limits", "Verify",
    ];

    private readonly IConfigurationSection _section = configuration.GetSection("Greenery");
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly List<Diagnostic> _faults = [];

    /// <exception cref="ConfigurationException">A setting that a run needs is wrong; all that is wrong is
    /// said.</exception>
    public GreenerySettings Read()
    {
        var (settings, diagnostics) = ReadAll();
        return diagnostics.Count == 0 ? settings : throw new ConfigurationException([.. diagnostics, .. _faults]);
    }

    /// <summary>As <see cref="Read"/>; what is wrong with a setting that a run needs is returned, and its default
    /// taken.</summary>
    public (GreenerySettings Settings, IReadOnlyList<Diagnostic> Diagnostics) ReadAll()
    {
        _diagnostics.AddRange(_section.GetChildren()
            .Where(child => !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => new Diagnostic(
                $"Greenery:{child.Key}",
                $"is no setting; expected {string.Join(", ", Known)}.{Suggestion.Sentence(child.Key, Known)}")));
        var settings = Read(new GreenerySettings());
        if (!Directory.Exists(settings.Sql))
        {
            _diagnostics.Add(new Diagnostic(
                "Greenery:Sql",
                $"there is no folder {settings.Sql}; expected one with sources.yml, core, marketing and "
                    + $"product."));
        }
        return (settings with
        {
            Faults = _faults,
            IsProjectNamed = !string.IsNullOrWhiteSpace(configuration[ProjectSetting])
                && !_faults.Exists(fault => fault.Place == ProjectSetting),
        }, _diagnostics);
    }

    private GreenerySettings Read(GreenerySettings defaults)
    {
        var zone = ReadZone(Text("TimeZone"));
        var (reports, ledgers) = ReadRetention();
        return new GreenerySettings
        {
            Warehouse = Text("Warehouse"),
            Drops = Text("Drops"),
            DropsContainer = Text("DropsContainer") ?? defaults.DropsContainer,
            Reports = Text("Reports"),
            Sql = Text("Sql") is null && KeyVaultReference.IsUnresolved(_section["Sql"])
                ? defaults.Sql : GreenerySettings.SqlFolder(configuration),
            LocalData = Text("LocalData"),
            // AlertSettingsReader verifies it.
            Url = string.IsNullOrWhiteSpace(_section["Url"]) ? null : _section["Url"],
            ApiKey = ReadApiKey(),
            Links = LinkSigner.Read(configuration, _faults),
            Schedule = ReadSchedule(Text("Schedule") ?? RunSchedule.Default, zone),
            TimeZone = zone,
            MaxAge = ReadAge(Text("MaxAge"), defaults.MaxAge),
            Project = ReadProject(Text("Project") ?? GreenerySettings.UsualProject),
            KeepReports = reports,
            Limits = ReadLimits() with { KeepLedgers = ledgers },
        };
    }

    // A reference that is not resolved is no value.
    private string? Text(string key)
    {
        if (!KeyVaultReference.IsUnresolved(_section[key]))
        {
            return string.IsNullOrWhiteSpace(_section[key]) ? null : _section[key];
        }
        (Needed.Contains(key) ? _diagnostics : _faults)
            .Add(new Diagnostic($"Greenery:{key}", KeyVaultReference.Fault));
        return null;
    }

    // Without a key the callers of this machine need none; where one is wanted and not known, none is right.
    private string? ReadApiKey() => Text("ApiKey")
        ?? (KeyVaultReference.IsUnresolved(_section["ApiKey"]) ? RandomNumberGenerator.GetHexString(64) : null);

    // What is deleted too early is gone: until the settings are right, nothing is.
    private (TimeSpan Reports, TimeSpan Ledgers) ReadRetention()
    {
        var diagnostics = new List<Diagnostic>();
        var retention = new NumberSettings(_section, "Retention", diagnostics);
        var reports = retention.Read("Reports", GreenerySettings.UsualDays, 30, MostDays, "days");
        var ledgers = retention.Read("Ledgers", GreenerySettings.UsualDays, 30, MostDays, "days");
        retention.RefuseOthers();
        _faults.AddRange(diagnostics);
        return diagnostics.Count > 0 ? (Always, Always) : (TimeSpan.FromDays(reports), TimeSpan.FromDays(ledgers));
    }

    private RunLimits ReadLimits()
    {
        var limits = new NumberSettings(_section, "Limits", _diagnostics);
        var usual = RunLimits.Usual.Drops;
        var gigabytes = limits.Read(
            "DecompressedGigabytes", (int)(usual.MostBytes / DropLimits.Gigabyte), 1, 1_000_000, "gigabytes");
        var ratio = limits.Read("CompressionRatio", usual.MostRatio, 10, 1_000_000, "times");
        var memory = limits.Read(
            "MemoryGigabytes", (int)(usual.MostMemoryBytes / DropLimits.Gigabyte), 1, 1_000, "gigabytes");
        limits.RefuseOthers();
        return new RunLimits
        {
            Verify = ReadVerify(),
            Drops = new DropLimits
            {
                MostBytes = gigabytes * DropLimits.Gigabyte,
                MostRatio = ratio,
                MostMemoryBytes = memory * DropLimits.Gigabyte,
            },
        };
    }

    private VerifySchedule ReadVerify()
    {
        var verify = new NumberSettings(_section, "Verify", _faults);
        var days = verify.Read("EveryDays", VerifySchedule.UsualDays, 0, 366, "days");
        var percent = verify.Read("Percent", VerifySchedule.UsualPercent, 1, 100, "percent");
        verify.RefuseOthers();
        return new VerifySchedule(days == 0 ? null : TimeSpan.FromDays(days), percent);
    }

    private string ReadProject(string text)
    {
        if (ProjectName().IsMatch(text))
        {
            return text;
        }
        _faults.Add(new Diagnostic(
            ProjectSetting,
            $"'{text}' cannot be the name of a folder; expected 1 to 63 letters, digits, '-', '_' and '.', a letter or "
                + "digit first, such as shop."));
        return GreenerySettings.UsualProject;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z")]
    private static partial Regex ProjectName();

    private RunSchedule ReadSchedule(string text, TimeZoneInfo zone)
    {
        if (RunSchedule.TryParse(text, zone) is { } schedule)
        {
            return schedule;
        }
        _diagnostics.Add(new Diagnostic(
            "Greenery:Schedule",
            $"'{text}' is no NCRONTAB expression; expected six fields, seconds first, such as \"0 0 5 * * *\" for "
                + $"five in the morning."));
        return RunSchedule.Daily;
    }

    private TimeZoneInfo ReadZone(string? text)
    {
        if (text is null)
        {
            return TimeZoneInfo.Utc;
        }
        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone))
        {
            return zone;
        }
        _diagnostics.Add(new Diagnostic("Greenery:TimeZone",
            $"this machine knows no time zone '{text}'; expected an IANA name such as Europe/Berlin."));
        return TimeZoneInfo.Utc;
    }

    private TimeSpan ReadAge(string? text, TimeSpan otherwise)
    {
        if (text is null)
        {
            return otherwise;
        }
        // A bare number would be read as days, and 26:00:00 not at all.
        var parts = text.Split(':');
        if (parts.Length is 2 or 3
            && parts.All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            && int.Parse(parts[0], CultureInfo.InvariantCulture) is > 0 and <= 8760
            && parts[1..].All(part => int.Parse(part, CultureInfo.InvariantCulture) < 60))
        {
            return TimeSpan.FromHours(int.Parse(parts[0], CultureInfo.InvariantCulture))
                + TimeSpan.FromMinutes(int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        _faults.Add(new Diagnostic(
            "Greenery:MaxAge", $"'{text}' is no time; expected hours and minutes such as 26:00, at least one hour."));
        return otherwise;
    }
}
