using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>What becomes of a run whose process is gone. All within the caller's transaction.</summary>
internal static class AbandonedRun
{
    /// <summary>
    /// Whether no process executes the run any more: its lease has expired, or its session-held lock is free. If so the
    /// lease stays locked, so that of two processes that want to take the run over only one does; a step of the dead
    /// process that is just committing is waited for, and a later one is refused.
    /// </summary>
    public static async Task<bool> IsItAsync(
        NpgsqlConnection connection, ActiveRun active, CancellationToken cancellationToken)
    {
        if (active.Token is null)
        {
            return true;
        }
        var isDead = active.IsExpired || (active.IsSessionHeld && await connection.ExecuteScalarAsync<bool>(
            "select pg_try_advisory_xact_lock(@key)", new { key = RunStore.LockOf(active.RunId) }, cancellationToken));
        return isDead && await connection.ExecuteScalarAsync<bool>(
            $"""
            select true from ops.lease
            where run_id = @RunId and token = @Token
                and (is_session_held or expires_at not between clock_timestamp() and {LatestTime.Sql})
            for update
            """, active, cancellationToken);
    }

    /// <summary>
    /// Makes the run the caller's. The staging tables are looked at again: the contract may have changed meanwhile.
    /// </summary>
    public static async Task<RunLease> TakeOverAsync(
        NpgsqlConnection connection, ActiveRun active, string host, TimeSpan length,
        CancellationToken cancellationToken)
    {
        var lease = new RunLease(active.RunId, Guid.NewGuid());
        await connection.ExecuteAsync(
            """
            insert into ops.lease (run_id, token, expires_at) values (@RunId, @Token, clock_timestamp() + @length)
            on conflict (run_id) do update
            set token = excluded.token, expires_at = excluded.expires_at, is_session_held = false, session_since = null;
            update ops.run set host = @host where run_id = @RunId;
            delete from ops.step where run_id = @RunId and step = 'verify' and state = 'done'
            """,
            new { lease.RunId, lease.Token, host, length }, cancellationToken);
        return lease;
    }

    /// <summary>Ends it: a user has asked for that, or it is of a kind that is not resumed.</summary>
    public static Task<EndedRun?> EndAsync(
        NpgsqlConnection connection, ActiveRun active, CancellationToken cancellationToken) =>
        connection.QueryFirstOrDefaultAsync<EndedRun>(
            """
            delete from ops.lease where run_id = @RunId;
            update ops.run
            set state = case when state <> 'running' then state when @IsCancelled then 'cancelled' else 'failed' end,
                finished_at = coalesce(finished_at, clock_timestamp()),
                message = case when state <> 'running' then message
                    when @IsCancelled then 'It was stopped before it was done.'
                    else 'Its process ended before the run did.' end
            where run_id = @RunId
            returning run_id, started_by, state, is_partial, message
            """,
            active, cancellationToken);
}
