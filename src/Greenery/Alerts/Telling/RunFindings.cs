using Greenery.Alerts.States;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Telling;

/// <summary>How a run that has ended found things to stand. What it did not look at it says nothing of.</summary>
internal static class RunFindings
{
    public static IEnumerable<Finding> Of(RunReport run) =>
    [
        .. run.Checks.Where(check => check.Status != "not_evaluated").Select(Of),
        .. run.StartedBy is "rollback" or "replay" ? [] : OfRun(run),
        .. run.State == "published"
            ? new[] { new Finding(Subjects.Promise, SubjectKind.Promise, AlertLevel.Ok, $"Run {run.RunId} published.") }
            : [],
    ];

    /// <summary>
    /// Checks that failed on a version nobody wants any more: where everything is published, what this run did not check
    /// stands as in the published run that did.
    /// </summary>
    public static async Task<List<Finding>> StaleAsync(NpgsqlConnection connection, RunReport run, CancellationToken cancellationToken) =>
        run.State != "published" && run.Message != DailyRun.NothingNew ? [] :
        [
            .. (await connection.ListAsync<CheckLine>(
                """
                select distinct on (check_id) check_id as "Id", mart as "Mart", model as "Model", severity as "Severity",
                    status as "Status", rows_looked_at as "RowsLookedAt", rows_failing as "RowsFailing", check_result.message as "Message"
                from ops.check_result
                inner join ops.run using (run_id)
                where state = 'published' and run_id < @RunId and mart <> 'staging' and status in ('pass', 'warn')
                    and check_id in (select subject from ops.alert_state where level = 'error')
                    and not exists (
                        select from ops.check_result as own where own.run_id = @RunId and own.check_id = check_result.check_id)
                order by check_id, run_id desc
                """, new { run.RunId }, cancellationToken)).Select(Of),
        ];

    private static Finding Of(CheckLine check) => new(
        check.Id,
        check.Mart == "staging" ? SubjectKind.Source : SubjectKind.Check,
        check.Status switch { "pass" => AlertLevel.Ok, "warn" => AlertLevel.Warn, _ => AlertLevel.Error },
        check.Message,
        check.Mart == "staging" || check.Status == "error" ? null : check.RowsFailing);

    // Somebody who stops a run knows of it. Who goes back, or replays quarantined rows, sees at once what comes of it.
    private static Finding[] OfRun(RunReport run) => run.State switch
    {
        "cancelled" => [],
        "failed" or "refused" => [OfRun(AlertLevel.Error, run.Message ?? "It does not say why.")],
        "published" when run.Message is { } unfinished => [OfRun(AlertLevel.Warn, unfinished)],
        _ => [OfRun(AlertLevel.Ok, $"Run {run.RunId} came to its end.")],
    };

    private static Finding OfRun(AlertLevel level, string message) => new(Subjects.Run, SubjectKind.Run, level, message);
}
