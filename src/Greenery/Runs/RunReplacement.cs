using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// What becomes of a run that was begun by another sql folder than this process's: its steps' results must not be mixed
/// with those of today's SQL. It ends as cancelled, not as failed, because nothing is broken and nothing has to be
/// waited for; a successor that does the same from the start takes its place, its scheduled run and its key.
/// </summary>
internal static class RunReplacement
{
    /// <summary>The host of a successor that no process has begun yet.</summary>
    public const string NoHost = "no process yet";

    /// <summary>
    /// Ends the run and makes its successor, within the caller's transaction, which holds the run's lease.
    /// </summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="runId">The run; it is running.</param>
    /// <param name="host">What the successor is done by.</param>
    /// <param name="length">How long the successor's place is kept; zero for the next process that comes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How it ended, and the successor's lease.</returns>
    public static async Task<(EndedRun Ended, RunLease Successor)> ReplaceAsync(
        NpgsqlConnection connection, long runId, string host, TimeSpan length, CancellationToken cancellationToken)
    {
        var wish = await connection.QueryFirstOrDefaultAsync<Wish>(
            "select started_by, scheduled_at, idempotency_key, request from ops.run where run_id = @runId for update",
            new { runId }, cancellationToken);
        // One run at a time, and a key and a scheduled run belong to one run: the old one lets go of them first.
        await connection.ExecuteAsync(
            "delete from ops.lease where run_id = @runId", new { runId }, cancellationToken);
        var cancelled = await connection.ExecuteAsync(
            """
            update ops.run
            set state = 'cancelled', finished_at = clock_timestamp(), scheduled_at = null, idempotency_key = null,
                request = null
            where run_id = @runId and state = 'running'
            """, new { runId }, cancellationToken);
        if (cancelled == 0)
        {
            // It was published meanwhile, and stays so.
            throw new LeaseLostException(runId);
        }
        var lease = await InsertAsync(connection, runId, wish!, host, length, cancellationToken);
        var message = Describe(lease.RunId);
        await connection.ExecuteAsync(
            "update ops.run set message = @message where run_id = @runId", new { runId, message }, cancellationToken);
        return (new EndedRun(runId, wish!.StartedBy, RunState.Cancelled, IsPartial: false, message), lease);
    }

    /// <summary>
    /// The same from within a step of the run: a host that delivers steps one by one may have been deployed anew
    /// between two of them. The successor is left to the next poll, which follows the run's end.
    /// </summary>
    /// <returns>What the step, and with it the run, ends with.</returns>
    /// <exception cref="LeaseLostException">The run was taken over.</exception>
    public static async Task<StepFailure> ReplaceAsync(
        PostgresWarehouse warehouse, RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The lease first, as who takes a run over does.
        await connection.ExecuteScalarAsync<bool>(
            "select true from ops.lease where run_id = @RunId for update", lease, cancellationToken);
        var (state, message) = await connection.QueryFirstOrDefaultAsync<(RunState State, string? Message)>(
            "select state, message from ops.run where run_id = @RunId for update", lease, cancellationToken);
        if (state == RunState.Cancelled)
        {
            // Another step of the run has done it.
            return new StepFailure(state, message ?? "It was stopped before it was done.");
        }
        await lease.VerifyAsync(connection, cancellationToken);
        if (state != RunState.Running)
        {
            return new StepFailure(RunState.Failed, AfterPublication);
        }
        var (ended, _) = await ReplaceAsync(connection, lease.RunId, NoHost, TimeSpan.Zero, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new StepFailure(ended.State, ended.Message!);
    }

    private const string AfterPublication =
        "the sql folder was changed meanwhile. The next run measures by the new one.";

    private static string Describe(long successor) =>
        "The sql folder was changed while this run was under way, so its results cannot be used "
        + $"further. Nothing of it was published. Run {successor} does the same from the start; there is nothing to "
        + "do.";

    private static async Task<RunLease> InsertAsync(
        NpgsqlConnection connection, long runId, Wish wish, string host, TimeSpan length,
        CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid();
        var successor = await connection.ExecuteScalarAsync<long>(
            """
            with successor as (
                insert into ops.run (business_date, through_date, requested_date, is_reload, is_full_refresh, may_withdraw,
                    started_by, host, state, scheduled_at, idempotency_key, request, notes)
                select business_date, through_date, requested_date, is_reload, is_full_refresh, may_withdraw,
                    started_by, @host, 'running', @ScheduledAt, @IdempotencyKey, @Request, array[@note]
                from ops.run where run_id = @runId
                returning run_id
            )
            insert into ops.lease (run_id, token, expires_at)
            select run_id, @token, clock_timestamp() + @length from successor
            returning run_id
            """,
            new
            {
                runId,
                host,
                token,
                length,
                wish.ScheduledAt,
                wish.IdempotencyKey,
                wish.Request,
                note = $"It does from the start what run {runId} had begun with an earlier sql folder.",
            },
            cancellationToken);
        return new RunLease(successor, token);
    }

    private sealed record Wish(
        RunTrigger StartedBy, DateTime? ScheduledAt, string? IdempotencyKey, string? Request);
}
