using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Greenery;

/// <summary>
/// The settings of section <c>Greenery</c>, from environment variables (<c>Greenery__Warehouse</c>) or a settings file.
/// All have a default.
/// </summary>
public sealed partial record GreenerySettings
{
    /// <summary>How many days pages and details of runs are kept by default: a year, and some weeks to compare it with
    /// the next.</summary>
    public const int UsualDays = 400;

    /// <summary>The name of a project that has none of its own.</summary>
    public const string UsualProject = "greenery";

    private static readonly string[] Known =
    [
        "Warehouse", "Drops", "DropsContainer", "Sql", "Schedule", "TimeZone", "MaxAge", "Alerts", "Reports", "Url",
        "ApiKey", "LocalData", "Links", "Project", "Retention", "Limits", "Verify",
    ];

    /// <summary>Npgsql connection string. Null: an embedded PostgreSQL on this machine.</summary>
    public string? Warehouse { get; init; }

    /// <summary>
    /// Folder, <c>https://account.blob.core.windows.net/container</c> (with the ambient identity), or storage
    /// connection string. Null: Azurite on this machine.
    /// </summary>
    public string? Drops { get; init; }

    /// <summary>The container, when <see cref="Drops"/> is a connection string.</summary>
    public string DropsContainer { get; init; } = "drops";

    /// <summary>
    /// Where the pages on the state of the data are kept, in one of the forms of <see cref="Drops"/>. Null: in the
    /// folder or container <c>reports</c> beside the drops.
    /// </summary>
    public string? Reports { get; init; }

    /// <summary>
    /// The folder with sources.yml, core, marketing, product and ops; by default the one beside the program.
    /// </summary>
    public string Sql { get; init; } = Path.Combine(AppContext.BaseDirectory, "sql");

    /// <summary>Where the local services keep their data. Null: the user's folder for such things.</summary>
    public string? LocalData { get; init; }

    /// <summary>
    /// When runs are due: an NCRONTAB expression of six fields, seconds first, or five; read in <see cref="TimeZone"/>.
    /// </summary>
    public RunSchedule Schedule { get; init; } = RunSchedule.Daily;

    /// <summary>The business's time zone, by its IANA name (<c>Europe/Berlin</c>); default UTC.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>How old the last publication may be before <c>/api/health</c> turns 503; default 26 hours.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(26);

    /// <summary>
    /// What callers of <c>greenery serve</c> have to send; null: nothing, which only a loopback address allows.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// Where people reach this installation (<c>https://greenery.example</c>), for the links in messages. Null:
    /// messages carry no links.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>
    /// Signs the links in messages, so that they open without the API's key (<c>Links:*</c>). Null: they ask for it.
    /// </summary>
    public LinkSigner? Links { get; init; }

    /// <summary>The folder of this installation's pages among the reports, so that several may share a place.</summary>
    public string Project { get; init; } = UsualProject;

    /// <summary>How long pages are kept.</summary>
    public TimeSpan KeepReports { get; init; } = TimeSpan.FromDays(UsualDays);

    /// <summary>What a run keeps, and what it takes on.</summary>
    public RunLimits Limits { get; init; } = RunLimits.Usual;

    /// <summary>Reads and verifies the settings.</summary>
    /// <exception cref="ConfigurationException">All that is wrong with them.</exception>
    public static GreenerySettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Greenery");
        var diagnostics = section.GetChildren()
            .Where(child => !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => new Diagnostic(
                $"Greenery:{child.Key}",
                $"is no setting; expected {string.Join(", ", Known)}.{Suggestion.Sentence(child.Key, Known)}"))
            .ToList();
        var defaults = new GreenerySettings();
        var zone = ZoneOf(Text(section["TimeZone"]), diagnostics);
        var (keepReports, limits) = LimitsOf(section, diagnostics);
        var settings = new GreenerySettings
        {
            Warehouse = Text(section["Warehouse"]),
            Drops = Text(section["Drops"]),
            DropsContainer = Text(section["DropsContainer"]) ?? defaults.DropsContainer,
            Reports = Text(section["Reports"]),
            Sql = Path.GetFullPath(Text(section["Sql"]) ?? defaults.Sql),
            LocalData = Text(section["LocalData"]),
            Url = Text(section["Url"]),
            ApiKey = Text(section["ApiKey"]),
            Links = LinkSigner.Read(configuration, diagnostics),
            Schedule = ScheduleOf(Text(section["Schedule"]) ?? RunSchedule.Default, zone, diagnostics),
            TimeZone = zone,
            MaxAge = AgeOf(Text(section["MaxAge"]), defaults.MaxAge, diagnostics),
            Project = ProjectOf(Text(section["Project"]) ?? UsualProject, diagnostics),
            KeepReports = keepReports,
            Limits = limits,
        };
        if (!Directory.Exists(settings.Sql))
        {
            diagnostics.Add(new Diagnostic(
                "Greenery:Sql",
                $"there is no folder {settings.Sql}; expected one with sources.yml, core, marketing, product and "
                    + $"ops."));
        }
        return diagnostics.Count == 0 ? settings : throw new ConfigurationException(diagnostics);
    }

    private static (TimeSpan KeepReports, RunLimits Limits) LimitsOf(
        IConfigurationSection section, List<Diagnostic> diagnostics)
    {
        var retention = new NumberSettings(section, "Retention", diagnostics);
        var reports = retention.Read("Reports", UsualDays, 30, 36_500, "days");
        var ledgers = retention.Read("Ledgers", UsualDays, 30, 36_500, "days");
        retention.RefuseOthers();
        var limits = new NumberSettings(section, "Limits", diagnostics);
        var usual = RunLimits.Usual.Drops;
        var gigabytes = limits.Read(
            "DecompressedGigabytes", (int)(usual.MostBytes / DropLimits.Gigabyte), 1, 1_000_000, "gigabytes");
        var ratio = limits.Read("CompressionRatio", usual.MostRatio, 10, 1_000_000, "times");
        var memory = limits.Read(
            "MemoryGigabytes", (int)(usual.MostMemoryBytes / DropLimits.Gigabyte), 1, 1_000, "gigabytes");
        limits.RefuseOthers();
        var verify = new NumberSettings(section, "Verify", diagnostics);
        var days = verify.Read("EveryDays", VerifySchedule.UsualDays, 0, 366, "days");
        var percent = verify.Read("Percent", VerifySchedule.UsualPercent, 1, 100, "percent");
        verify.RefuseOthers();
        return (TimeSpan.FromDays(reports), new RunLimits
        {
            KeepLedgers = TimeSpan.FromDays(ledgers),
            Verify = new VerifySchedule(days == 0 ? null : TimeSpan.FromDays(days), percent),
            Drops = new DropLimits
            {
                MostBytes = gigabytes * DropLimits.Gigabyte,
                MostRatio = ratio,
                MostMemoryBytes = memory * DropLimits.Gigabyte,
            },
        });
    }

    private static string ProjectOf(string text, List<Diagnostic> diagnostics)
    {
        if (ProjectName().IsMatch(text))
        {
            return text;
        }
        diagnostics.Add(new Diagnostic(
            "Greenery:Project",
            $"'{text}' cannot be the name of a folder; expected 1 to 63 letters, digits, '-', '_' and '.', a letter or "
                + "digit first, such as shop."));
        return UsualProject;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z")]
    private static partial Regex ProjectName();

    private static RunSchedule ScheduleOf(string text, TimeZoneInfo zone, List<Diagnostic> diagnostics)
    {
        if (RunSchedule.TryParse(text, zone) is { } schedule)
        {
            return schedule;
        }
        diagnostics.Add(new Diagnostic(
            "Greenery:Schedule",
            $"'{text}' is no NCRONTAB expression; expected six fields, seconds first, such as \"0 0 5 * * *\" for "
                + $"five in the morning."));
        return RunSchedule.Daily;
    }

    private static TimeZoneInfo ZoneOf(string? text, List<Diagnostic> diagnostics)
    {
        if (text is null)
        {
            return TimeZoneInfo.Utc;
        }
        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone))
        {
            return zone;
        }
        diagnostics.Add(new Diagnostic("Greenery:TimeZone",
            $"this machine knows no time zone '{text}'; expected an IANA name such as Europe/Berlin."));
        return TimeZoneInfo.Utc;
    }

    private static TimeSpan AgeOf(string? text, TimeSpan otherwise, List<Diagnostic> diagnostics)
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
        diagnostics.Add(new Diagnostic(
            "Greenery:MaxAge", $"'{text}' is no time; expected hours and minutes such as 26:00, at least one hour."));
        return otherwise;
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
