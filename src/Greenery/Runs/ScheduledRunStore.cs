using Greenery.Publishing;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// <c>ops.scheduled_run</c>: which scheduled runs of the schedule are due. Timers stall, skip and fire twice; any
/// process that wakes up asks here, and missed scheduled runs come in order, each once.
/// </summary>
public sealed class ScheduledRunStore(PostgresWarehouse warehouse, RunSchedule schedule)
{
    /// <summary>
    /// A scheduled run whose runs failed so often by infrastructure is left to a person, so that later scheduled runs
    /// are not held up.
    /// </summary>
    public const int MostFailures = 5;

    // Done by its own run, whatever its checks found (a run that readers blocked found nothing); or by any later run
    // that covers its date and left readers up to date.
    private const string Settle =
        $"""
        update ops.scheduled_run set run_id = satisfied.run_id, noted_at = clock_timestamp(), note = satisfied.note
        from (
            select scheduled_run.scheduled_at, min(run.run_id) as run_id, min(null::text) as note
            from ops.scheduled_run inner join ops.run
                on (run.scheduled_at = scheduled_run.scheduled_at and run.state not in ('running', 'failed')
                    and not run.is_blocked)
                or (run.started_at >= scheduled_run.scheduled_at and run.started_at <= {LatestTime.Sql}
                    and run.through_date >= scheduled_run.business_date
                    and run.state in ('published', 'unchanged', 'rolled_back')
                    and {RunKinds.IsDaily})
            where scheduled_run.run_id is null and scheduled_run.scheduled_at = coalesce(@only, scheduled_run.scheduled_at)
            group by scheduled_run.scheduled_at
            union all
            select scheduled_at, max(run.run_id), 'given up: ' || count(*) filter (where run.state = 'failed') || ' runs failed by infrastructure'
            from ops.scheduled_run inner join ops.run using (scheduled_at)
            where scheduled_run.run_id is null and scheduled_run.scheduled_at = coalesce(@only, scheduled_run.scheduled_at)
            group by scheduled_at
            having count(*) filter (where run.state = 'failed') >= @MostFailures
                and bool_and(run.state = 'failed' or run.is_blocked)
        ) as satisfied
        where scheduled_run.scheduled_at = satisfied.scheduled_at
        """;

    // A clock that ran ahead has noted them. A run of such a date did what was there then: the date is due when it
    // comes. So it is with dates that a run has settled which began in the future. What is not far ahead is left:
    // clocks of servers that replace each other differ a little.
    private const string ForgetFuture =
        $"""
        update ops.run set scheduled_at = null
        where scheduled_at is not null and state <> 'running'
            and (scheduled_at > @now + interval '1 hour' or started_at > {LatestTime.Sql});
        update ops.scheduled_run set run_id = null, note = null
        from ops.run
        where run.run_id = scheduled_run.run_id and run.state <> 'running' and run.started_at > {LatestTime.Sql};
        delete from ops.scheduled_run
        where scheduled_at > @now + interval '1 hour'
            and not exists (select from ops.run where run.scheduled_at = scheduled_run.scheduled_at)
        """;

    /// <summary>
    /// Saves the scheduled runs that are due by now. The first call only saves the start: earlier dates were never due.
    /// Those of the future are removed.
    /// </summary>
    /// <param name="now">By the clock of the database.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The scheduled runs that are due, oldest first.</returns>
    public async Task<IReadOnlyList<ScheduledRun>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await connection.ExecuteAsync(ForgetFuture, new { now = now.UtcDateTime }, cancellationToken);
        if (await LastAsync(connection, now, cancellationToken) is { } last)
        {
            await NoteAsync(connection, [.. schedule.Between(last, now)], null, cancellationToken);
        }
        else if (schedule.LastBefore(now) is { } before)
        {
            await NoteAsync(connection, [before], "the schedule begins after this date", cancellationToken);
        }
        await connection.ExecuteAsync(Settle, new { MostFailures, only = default(DateTimeOffset?) }, cancellationToken);
        return await ListAsync(connection, isDue: true, now, cancellationToken);
    }

    /// <summary>
    /// The scheduled runs whose data readers lack: those that are due, noted or not, and those that were given up until
    /// a later run covers them. Writes nothing.
    /// </summary>
    public async Task<IReadOnlyList<ScheduledRun>> MissingAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var noted = await ListAsync(connection, isDue: false, now, cancellationToken);
        return await LastAsync(connection, now, cancellationToken) is { } last
            ? [.. noted, .. schedule.Between(last, now)]
            : noted;
    }

    /// <summary>
    /// Whether a scheduled run is due still; if so it stays locked until the caller's transaction ends.
    /// </summary>
    internal static async Task<bool> IsDueAsync(
        NpgsqlConnection connection, DateTimeOffset slot, CancellationToken cancellationToken)
    {
        var parameters = new { only = slot.ToUniversalTime(), MostFailures };
        // Locked first: any process that waits here for another host sees then what that one has started, and what came
        // of it.
        await connection.ExecuteAsync("select from ops.scheduled_run where scheduled_at = @only for update", parameters,
            cancellationToken);
        await connection.ExecuteAsync(Settle, parameters, cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(
            """
            select true from ops.scheduled_run
            where scheduled_at = @only and run_id is null and note is null
                and not exists (select from ops.run where run.scheduled_at = scheduled_run.scheduled_at and run.state <> 'failed'
                        and not run.is_blocked)
            """, parameters, cancellationToken);
    }

    private static async Task<DateTimeOffset?> LastAsync(
        NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<DateTime?>(
            "select max(scheduled_at) from ops.scheduled_run where scheduled_at <= @now",
            new { now = now.UtcDateTime }, cancellationToken) is { } last
            ? Utc(last)
            : null;

    private static Task<int> NoteAsync(
        NpgsqlConnection connection, IReadOnlyList<ScheduledRun> scheduledRuns, string? note,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            insert into ops.scheduled_run (scheduled_at, business_date, note)
            select scheduled_at, business_date, @note from unnest(@at, @dates) as due (scheduled_at, business_date)
            on conflict do nothing
            """,
            new
            {
                at = scheduledRuns.Select(scheduledRun => scheduledRun.At.UtcDateTime).ToArray(),
                dates = scheduledRuns.Select(scheduledRun => scheduledRun.BusinessDate).ToArray(),
                note,
            },
            cancellationToken);

    private static async Task<IReadOnlyList<ScheduledRun>> ListAsync(
        NpgsqlConnection connection, bool isDue, DateTimeOffset now, CancellationToken cancellationToken) =>
    [
        .. (await connection.QueryAsync<(DateTime At, DateOnly Date, DateTime? FailedAt, bool IsBlocked)>(
            $"""
            select scheduled_at, business_date,
                (
                    select max(finished_at) from ops.run
                    where run.scheduled_at = scheduled_run.scheduled_at
                        and run.finished_at <= {LatestTime.Sql}
                        and (run.state = 'failed' or (run.is_blocked and {ReaderSessions.HoldMarts}))
                ),
                exists (select from ops.run where run.scheduled_at = scheduled_run.scheduled_at and run.is_blocked)
            from ops.scheduled_run
            where scheduled_at <= @now and ((run_id is null and note is null)
                or (not @isDue and note like 'given up:%' and not exists (
                    select from ops.run
                    where run.run_id > scheduled_run.run_id and run.through_date >= scheduled_run.business_date
                        and run.started_at <= {LatestTime.Sql}
                        and run.state in ('published', 'unchanged', 'rolled_back') and {RunKinds.IsDaily}
                )))
            order by scheduled_at
            """, new { isDue, now = now.UtcDateTime }, cancellationToken))
            .Select(due => new ScheduledRun(
                Utc(due.At), due.Date, due.FailedAt is { } at ? Utc(at) : null, due.IsBlocked)),
    ];

    private static DateTimeOffset Utc(DateTime at) => new(at, TimeSpan.Zero);
}
