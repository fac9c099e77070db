using Greenery.Reports.Data;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Reports;

/// <summary>
/// The state of the data as one page of HTML: no file beside it, no network, no more than its own script. It can be
/// mailed, put into a blob, or served.
/// </summary>
/// <param name="warehouse">Its ledgers must be up to date.</param>
/// <param name="project">The sql folder as it is now.</param>
/// <param name="time">When the page is made.</param>
/// <param name="zone">The time zone of its times; UTC by default.</param>
public sealed class StateReport(PostgresWarehouse warehouse, Project project, TimeProvider time,
    TimeZoneInfo? zone = null)
{
    /// <summary>The page on a run and on what readers saw when it had ended.</summary>
    /// <param name="runId">A run's number; null for the newest. Where there was no run yet, the page says so.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    public async Task<string> MakeAsync(long? runId, CancellationToken cancellationToken)
    {
        var ledgers = await new OpsReader(warehouse, project).ReadAsync(runId, cancellationToken);
        return await ReportPage.RenderAsync(
            new ReportData(project, ledgers, new Clock(zone ?? TimeZoneInfo.Utc, time.GetUtcNow())));
    }

    /// <summary>
    /// The page of a repository: lineage and dictionary, and nothing that needs a database. The same files make the
    /// same page.
    /// </summary>
    public static Task<string> WithoutDataAsync(Project project) =>
        ReportPage.RenderAsync(new ReportData(project, null, new Clock(TimeZoneInfo.Utc, DateTimeOffset.UnixEpoch)));
}
