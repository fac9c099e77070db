using System.Text.RegularExpressions;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Deletes what is old from the ops tables, in small batches: details of runs, sent messages, incidents that are over
/// and their events, scheduled runs that are done. Never what decides what comes next: runs, drops, loads, quarantined
/// rows, open incidents, and what checks compare with. docs/ops-schema.md says of each table how long it is kept.
/// </summary>
/// <param name="keep">Older is deleted.</param>
internal sealed partial class OpsRetention(TimeSpan keep)
{
    /// <summary>Of runs, whatever their age: a check compares with earlier ones.</summary>
    public const int RunsWithDetails = 100;

    private const int RunsPerBatch = 20;
    private const int RowsPerBatch = 500;
    private const int MostBatches = 10;

    /// <summary>Checks of days look back a year at most, and some weeks more to compare it with the next.</summary>
    private static readonly TimeSpan LeastOfValues = TimeSpan.FromDays(400);

    // Of a check that is open all results stay, of each check the last one, however old.
    private static readonly string RunDetails =
        $"""
        create temporary table pruned on commit drop as
        select run_id from ops.run
        where not is_pruned and started_at < least(now(), @HostNow) - @keep and state <> 'running'
            and not (state = 'published' and is_kept)
            and run_id not in (select run_id from ops.live)
            and not {RunKinds.IsInEnvironment}
            and run_id not in (select run_id from ops.run order by run_id desc limit @RunsWithDetails)
            and run_id not in (
                select run_id from ops.run where state = 'published' order by run_id desc limit @RunsWithDetails)
        order by started_at
        limit @RunsPerBatch;

        create temporary table pruned_result on commit drop as
        select result.run_id, result.check_id from ops.check_result as result
        inner join pruned using (run_id)
        where exists (
                select from ops.check_result as newer
                where newer.check_id = result.check_id and newer.run_id > result.run_id
                    and {RunKinds.IsOfRunForReaders("newer.run_id")})
            and not exists (
                select from ops.incident where incident.subject = result.check_id and incident.opened_at is not null);

        delete from ops.failing_row using pruned_result as old
        where failing_row.run_id = old.run_id and failing_row.check_id = old.check_id;
        delete from ops.check_result using pruned_result as old
        where check_result.run_id = old.run_id and check_result.check_id = old.check_id;
        delete from ops.step using pruned where step.run_id = pruned.run_id;
        delete from ops.run_model using pruned where run_model.run_id = pruned.run_id;
        -- That a drop was refused keeps the run from counting as one that accepted its table.
        delete from ops.run_drop using pruned where run_drop.run_id = pruned.run_id and outcome is distinct from 'refused';
        update ops.run set is_pruned = true from pruned where run.run_id = pruned.run_id;
        select count(*) from pruned;
        """;

    // An event and the note which message was of it go together: without the note it would be sent again.
    private const string Events =
        """
        create temporary table pruned on commit drop as
        select event_id from ops.incident_event as event
        where changed_at < least(now(), @HostNow) - @keep
            and not exists (
                select from ops.incident
                where incident.subject = event.subject and incident.opened_at <= event.changed_at)
            and not exists (
                select from ops.outbox_event inner join ops.outbox using (outbox_id)
                where outbox_event.event_id = event.event_id and outbox.state = 'waiting')
        order by event_id
        limit @RowsPerBatch;

        delete from ops.outbox_event using pruned where outbox_event.event_id = pruned.event_id;
        delete from ops.incident_event using pruned where incident_event.event_id = pruned.event_id;
        select count(*) from pruned;
        """;

    private const string Messages =
        """
        create temporary table pruned on commit drop as
        select outbox_id from ops.outbox
        where state <> 'waiting' and created_at < least(now(), @HostNow) - @keep
            and not exists (select from ops.outbox_event where outbox_event.outbox_id = outbox.outbox_id)
        order by outbox_id
        limit @RowsPerBatch;

        delete from ops.digest using pruned where digest.outbox_id = pruned.outbox_id;
        delete from ops.outbox using pruned where outbox.outbox_id = pruned.outbox_id;
        select count(*) from pruned;
        """;

    // A drop may be dated years ahead, by mistake.
    private static readonly string Values = Pruning(
        "check_value", "day < least((select max(drop_date) from ops.drop), current_date) - @leastOfValues");

    // Scheduled runs that are done, the newest ones not: the next one is found by the last.
    private static readonly string ScheduledRuns = Pruning(
        "scheduled_run",
        """
        scheduled_at < least(now(), @HostNow) - @keep and run_id is not null
            and scheduled_at < (select max(scheduled_at) from ops.scheduled_run)
        """);

    // Of subjects that are well, and of which no event is kept: they begin anew.
    private static readonly string Incidents = Pruning(
        "incident",
        """
        opened_at is null and changed_at < least(now(), @HostNow) - @keep
            and not exists (select from ops.incident_event as event where event.subject = incident.subject)
        """);

    private static readonly string[] Statements =
    [
        RunDetails, Events, Messages, Values, OfRuns("metric", isLongest: true),
        OfRuns("metric_period", isLongest: true), OfRuns("notified_run"), ScheduledRuns, Incidents,
    ];

    /// <summary>The ops tables whose old rows are deleted.</summary>
    public static IReadOnlySet<string> Tables { get; } = Statements
        .SelectMany(sql => DeletedFrom().Matches(sql).Select(match => match.Groups[1].Value))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Deletes some of it; the next run deletes more.</summary>
    /// <param name="tryAsync">Does work in a transaction of its own; false when locks were in its way.</param>
    /// <param name="connection">Where the transaction is.</param>
    /// <param name="cancellationToken">Leaves the rest for the next time.</param>
    public async Task RunAsync(
        Func<Func<CancellationToken, Task>, Task<bool>> tryAsync, NpgsqlConnection connection,
        CancellationToken cancellationToken)
    {
        foreach (var sql in Statements)
        {
            var (deleted, batches) = (1L, 0);
            while (deleted > 0 && batches++ < MostBatches)
            {
                deleted = 0;
                await tryAsync(async token => deleted = await DeleteAsync(connection, sql, token));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    // By the age of the run: the business date of history that is loaded today may be years ago. Numbers of runs rise
    // with time, so that no more runs are looked at than are young.
    private static string OfRuns(string table, bool isLongest = false)
    {
        var isOld = $"started_at < least(now(), @HostNow) - {(isLongest ? "@leastOfValues" : "@keep")}";
        return Pruning(
            table,
            $"""
            run_id <= (
                select run_id from ops.run where {isOld} order by started_at desc, run_id desc limit 1
            )
                and exists (select from ops.run where run.run_id = {table}.run_id and is_pruned and {isOld})
            """);
    }

    private static string Pruning(string table, string isOld) =>
        $"""
        with pruned as (select ctid from ops.{table} where {isOld} limit @RowsPerBatch),

        deleted as (delete from ops.{table} using pruned where {table}.ctid = pruned.ctid returning true)

        select count(*) from deleted;
        """;

    // Old by both clocks: a database's that is ahead for a moment would make everything old.
    private static DateTime HostNow => TimeProvider.System.GetUtcNow().UtcDateTime;

    private Task<long> DeleteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(
            sql,
            new
            {
                HostNow,
                keep,
                leastOfValues = keep > LeastOfValues ? keep : LeastOfValues,
                RunsWithDetails,
                RunsPerBatch,
                RowsPerBatch,
            },
            cancellationToken);

    [GeneratedRegex(@"delete from ops\.(\w+)")]
    private static partial Regex DeletedFrom();
}
