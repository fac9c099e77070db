using Greenery.Alerts.Incidents;
using Greenery.Alerts.Routing;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts;

/// <summary>
/// Whether the newest page on the state of the data was written. A run does not fail by it, so nothing else would say
/// that people read an old one.
/// </summary>
internal static class ReportObservation
{
    // As RunSteps notes it: a page that cannot be written at all fails no step.
    private const string Missed = "Step report was not done: ";

    /// <summary>
    /// Null while no run has come so far, and where a wrong setting says it already; well when that is put right.
    /// </summary>
    public static async Task<Observation?> ReadAsync(
        NpgsqlConnection connection, AlertSettings settings, CancellationToken cancellationToken)
    {
        var last = await connection
            .QueryFirstOrDefaultAsync<(long RunId, bool IsFailed, string? Error, bool IsNotified)?>(
            """
            select run_id, step.state = 'failed' or note is not null, coalesce(error, note),
                exists (
                    select from ops.incident
                    where kind = 'setting' and changed_at > step.finished_at and starts_with(coalesce(error, note), replace(subject, 'setting:', '') || ':'))
            from ops.step
            inner join ops.run using (run_id)
            left join lateral (
                select replace(line, @Missed, '') as note from unnest(notes) as line
                where starts_with(line, @Missed) limit 1
            ) as missed on true
            where step = 'report' and step.state in ('done', 'failed')
            order by run_id desc limit 1
            """, new { Missed }, cancellationToken);
        return last switch
        {
            null => null,
            { IsFailed: false } => new Observation(
                IncidentKeys.Report, IncidentKind.Report, IncidentSeverity.Ok, "It was written."),
            _ when settings.Faults.Any(fault => GreenerySettings.IsOfPages(fault.Place)) => null,
            // It was an incident of its own, and the page is written when there is something new to show.
            { IsNotified: true } => new Observation(
                IncidentKeys.Report, IncidentKind.Report, IncidentSeverity.Ok,
                "The setting that kept it from being written is right."),
            { } failed => new Observation(
                IncidentKeys.Report, IncidentKind.Report, IncidentSeverity.Warn,
                $"The page of run {failed.RunId} was not written: {FirstLine(failed.Error)}"),
        };
    }

    private static string FirstLine(string? error) => error?.Split('\n')[0].TrimEnd() ?? "it does not say why.";
}
