using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>Starts and ends runs in <c>ops.run</c>. One run at a time: the database guards it, nobody asks first.</summary>
public sealed class RunLedger(PostgresWarehouse warehouse, TimeProvider time)
{
    // Far from other advisory locks of this database; a run's number is added.
    private const long LockBase = 7_311_922_000_000_000;

    /// <summary>
    /// Starts a run, or says which one is active. A run whose holder died is ended as failed and makes way: whatever it had
    /// done is kept by fingerprint and ledger, so that nothing is done twice.
    /// </summary>
    public async Task<RunStart> StartAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var connection = await warehouse.ConnectAsync(cancellationToken);
        try
        {
            var start = await TryStartAsync(connection, request, cancellationToken);
            if (start is RunStart.Started)
            {
                return start;
            }
            await connection.DisposeAsync();
            return start;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Writes a run's last word and gives the lease back. What was published stays published, whatever befell the run
    /// behind that; a word that was said already may be said again.
    /// </summary>
    /// <returns>The state that stands.</returns>
    /// <exception cref="LeaseLostException">The run was taken over, or has ended otherwise.</exception>
    public async Task<RunState> EndAsync(RunLease lease, RunState state, string? message, CancellationToken cancellationToken)
    {
        var last = new { state = RunStates.Name(state), message, lease.RunId };
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var isSaid = await connection.ValueAsync<bool>(
            """
            select true from ops.run
            where run_id = @RunId and state = @state and not exists (select from ops.lease where lease.run_id = run.run_id)
            """, last, cancellationToken);
        if (isSaid)
        {
            return state;
        }
        await lease.VerifyAsync(connection, cancellationToken);
        var stands = await connection.FirstAsync<string>(
            """
            delete from ops.lease where run_id = @RunId;
            update ops.run
            set state = case when state in ('published', 'rolled_back') then state else @state end, finished_at = clock_timestamp(),
                message = case when state = 'published' and @state <> state
                    then 'Published, but what follows that was not done: ' || @message else @message end
            where run_id = @RunId returning state
            """, last, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return RunStates.Parse(stands!);
    }

    private async Task<RunStart> TryStartAsync(NpgsqlConnection connection, RunRequest request, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await ActiveAsync(connection, cancellationToken) is { } active)
        {
            if (!await TakeOverAsync(connection, active, cancellationToken))
            {
                return new RunStart.Busy(active.RunId, active.Host, active.StartedAt);
            }
        }
        try
        {
            var lease = await InsertAsync(connection, request, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new RunStart.Started(new RunHold(connection, lease, time));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await transaction.RollbackAsync(cancellationToken);
            var winner = await ActiveAsync(connection, cancellationToken);
            return new RunStart.Busy(winner?.RunId ?? 0, winner?.Host ?? "another host", winner?.StartedAt ?? time.GetUtcNow().UtcDateTime);
        }
    }

    private async Task<RunLease> InsertAsync(NpgsqlConnection connection, RunRequest request, CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid();
        var runId = await connection.FirstAsync<long>(
            """
            insert into ops.run (business_date, requested_date, is_reload, is_full_refresh, started_by, host, state)
            values (coalesce(@Date, @today), @Date, @IsReload, @IsFullRefresh, @StartedBy, @host, 'running')
            returning run_id
            """,
            new
            {
                request.Date,
                today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime),
                request.IsReload,
                request.IsFullRefresh,
                request.StartedBy,
                host = $"{Environment.MachineName} (process {Environment.ProcessId})",
            },
            cancellationToken);
        await connection.RunAsync(
            """
            select pg_advisory_lock(@key);
            insert into ops.lease (run_id, token, expires_at, is_watched)
            values (@runId, @token, clock_timestamp() + @LeaseLength, true)
            """,
            new { key = LockBase + runId, runId, token, RunHold.LeaseLength }, cancellationToken);
        return new RunLease(runId, token);
    }

    private static Task<Active?> ActiveAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.FirstAsync<Active>(
            """
            select run.run_id as "RunId", host as "Host", started_at as "StartedAt",
                coalesce(expires_at < clock_timestamp(), true) as "IsExpired", coalesce(is_watched, false) as "IsWatched"
            from ops.run left join ops.lease using (run_id)
            where state = 'running' or lease.run_id is not null
            order by run_id desc
            """, null, cancellationToken);

    private static async Task<bool> TakeOverAsync(NpgsqlConnection connection, Active active, CancellationToken cancellationToken)
    {
        var isDead = active.IsExpired || (active.IsWatched && await connection.ValueAsync<bool>(
            "select pg_try_advisory_xact_lock(@key)", new { key = LockBase + active.RunId }, cancellationToken));
        if (!isDead)
        {
            return false;
        }
        // For update: a step of the dead run that is just committing is waited for, a later one is refused.
        await connection.RunAsync(
            """
            select from ops.lease where run_id = @RunId for update;
            delete from ops.lease where run_id = @RunId;
            update ops.run
            set state = 'failed', finished_at = clock_timestamp(), message = 'Its process ended before the run did.'
            where run_id = @RunId and state = 'running'
            """,
            active, cancellationToken);
        return true;
    }

    private sealed record Active(long RunId, string Host, DateTime StartedAt, bool IsExpired, bool IsWatched);
}
