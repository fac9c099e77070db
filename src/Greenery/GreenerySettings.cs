using Microsoft.Extensions.Configuration;

namespace Greenery;

/// <summary>
/// The settings of section <c>Greenery</c>, from environment variables (<c>Greenery__Warehouse</c>) or a settings file.
/// All have a default. What is wrong with a setting that a run needs stops the host; what is wrong with another does
/// not stop the runs (<see cref="Faults"/>).
/// </summary>
public sealed record GreenerySettings
{
    /// <summary>How many days pages and details of runs are kept by default: a year, and some weeks to compare it with
    /// the next.</summary>
    public const int UsualDays = 400;

    private const string WorkingFolder = "sql";

    /// <summary>The name of a project that has none of its own.</summary>
    public const string UsualProject = "greenery";

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
    /// The folder with sources.yml, core, marketing and product; by default <c>sql</c> in the working folder,
    /// where it has sources.yml, else the one beside the program.
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

    /// <summary>
    /// The project's name, and the folder of its pages among the reports, so that several may share a place.
    /// </summary>
    public string Project { get; init; } = UsualProject;

    /// <summary>How long pages are kept.</summary>
    public TimeSpan KeepReports { get; init; } = TimeSpan.FromDays(UsualDays);

    /// <summary>What a run keeps, and what it takes on.</summary>
    public RunLimits Limits { get; init; } = RunLimits.Usual;

    /// <summary>
    /// What is wrong with settings that a run does not need: what is safe takes their place, and people are notified.
    /// <c>greenery validate</c> refuses them.
    /// </summary>
    public IReadOnlyList<Diagnostic> Faults { get; init; } = [];

    /// <summary>Whether a setting says where pages are kept.</summary>
    internal static bool IsOfPages(string setting) =>
        setting is GreenerySettingsReader.ReportsSetting or GreenerySettingsReader.ProjectSetting;

    /// <summary>Whether <see cref="Project"/> was given, and can be a name.</summary>
    internal bool IsProjectNamed { get; init; }

    /// <summary>The project's folder, before any other setting is read.</summary>
    internal static string SqlFolder(IConfiguration configuration) =>
        configuration["Greenery:Sql"] is { } folder && !string.IsNullOrWhiteSpace(folder)
            ? Path.GetFullPath(folder)
            : Path.GetFullPath(WorkingFolder) is { } here && File.Exists(Path.Combine(here, "sources.yml"))
            ? here : new GreenerySettings().Sql;

    /// <summary>Reads and verifies the settings.</summary>
    /// <exception cref="ConfigurationException">A setting that a run needs is wrong; all that is wrong is
    /// said.</exception>
    public static GreenerySettings Read(IConfiguration configuration) =>
        new GreenerySettingsReader(configuration).Read();
}
