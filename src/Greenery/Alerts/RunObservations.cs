using Greenery.Alerts.Incidents;
using Greenery.Checks;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts;

/// <summary>How a run that has ended found things to stand. What it did not look at it says nothing of.</summary>
internal static class RunObservations
{
    // Who publishes what was tried sees at once what keeps it from that. It says nothing of the daily run.
    public static IEnumerable<Observation> Of(RunReport run) =>
        run.StartedBy == RunTrigger.Publish && run.State != RunState.Published ? [] :
    [
        .. run.Checks.Where(check => check.Status != CheckStatus.NotEvaluated || IsWithoutRows(run, check)).Select(Of),
        .. run.StartedBy is RunTrigger.Rollback or RunTrigger.Replay or RunTrigger.Move or RunTrigger.Publish ? []
            : OfRun(run),
        .. run.State == RunState.Published && run.StartedBy != RunTrigger.Publish
            ? new[] { new Observation(
            IncidentKeys.Sla, IncidentKind.Sla, IncidentSeverity.Ok, $"Run {run.RunId} published.") }
            : [],
    ];

    // Where readers see the version that was checked, no row is left that could fail.
    private static bool IsWithoutRows(RunReport run, CheckLine check) =>
        check.Mart != "staging" && run.State is RunState.Published or RunState.Unchanged;

    /// <summary>
    /// Checks that failed on a version that is no longer current: when everything is published, a check that this run
    /// did not execute keeps the result of the published run that did.
    /// </summary>
    public static async Task<List<Observation>> StaleAsync(
        NpgsqlConnection connection, RunReport run, CancellationToken cancellationToken) =>
        run.State != RunState.Published && run.Message != DailyRun.NothingNew ? [] :
        [
            .. (await connection.QueryAsync<CheckLine>(
                """
                select distinct on (check_id) check_id as id, mart, model, severity,
                    status, rows_looked_at, rows_failing, check_result.message
                from ops.check_result
                inner join ops.run using (run_id)
                where state = 'published' and run_id < @RunId and mart <> 'staging'
                    and status in ('pass', 'warn', 'not_evaluated')
                    and check_id in (
                        select subject from ops.incident left join ops.run as found using (run_id)
                        where level = 'error' or (level = 'warn' and found.state not in ('published', 'unchanged')))
                    and not exists (
                        select from ops.check_result as own where own.run_id = @RunId and own.check_id = check_result.check_id)
                    -- A held model is not well again because it was not checked.
                    and mart || '.' || model <> all (
                        select unnest(held_models) from ops.run as this where this.run_id = @RunId)
                order by check_id, run_id desc
                """, new { run.RunId }, cancellationToken)).Select(Of),
        ];

    private static Observation Of(CheckLine check) => new(
        check.Id,
        check.Mart == "staging" ? IncidentKind.Source : IncidentKind.Check,
        check.Status switch
        {
            CheckStatus.Pass or CheckStatus.NotEvaluated => IncidentSeverity.Ok,
            CheckStatus.Warn => IncidentSeverity.Warn,
            _ => IncidentSeverity.Error,
        },
        check.Status == CheckStatus.NotEvaluated && check.Message.EndsWith(CheckRunner.NoRow, StringComparison.Ordinal)
            ? $"{check.Id}: no row is left to look at" : check.Message,
        check.Mart == "staging" || check.Status == CheckStatus.Error ? null : check.RowsFailing);

    // A user who stops a run knows of it. Who goes back, or replays quarantined rows, sees at once what comes of it.
    private static Observation[] OfRun(RunReport run) => run.State switch
    {
        RunState.Cancelled => [],
        RunState.Failed or RunState.Refused => [OfRun(IncidentSeverity.Error, run.Message ?? "It does not say why.")],
        RunState.Published when run.IsPartial => [OfRun(IncidentSeverity.Error, run.Message ?? "A drop was refused.")],
        RunState.Published when run.Message is { } unfinished => [OfRun(IncidentSeverity.Warn, unfinished)],
        _ => [OfRun(IncidentSeverity.Ok, $"Run {run.RunId} came to its end.")],
    };

    private static Observation OfRun(IncidentSeverity level, string message) =>
        new(IncidentKeys.Run, IncidentKind.Run, level, message);
}
