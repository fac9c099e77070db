using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// Starts and ends runs in <c>ops.run</c>. One run at a time: a constraint of the database guarantees it.
/// </summary>
/// <param name="warehouse">The database with the ops tables.</param>
/// <param name="catalogue">The rules this process judges by (<see cref="Project.Hash"/>): it resumes runs of the
/// same.</param>
/// <param name="leaseLength">How long a new lease lasts until a user renews it.</param>
public sealed class RunStore(PostgresWarehouse warehouse, string catalogue, TimeSpan leaseLength)
{
    // A user was faster, and is found the next time; that he has ended by then, again and again, does not happen.
    private const int MostAttempts = 20;

    // Far from other advisory locks of this database; a run's number is added.
    private const long LockBase = 7_311_922_000_000_000;

    /// <summary>The advisory lock that a process holds in its session while it executes the run.</summary>
    public static long LockOf(long runId) => LockBase + runId;

    /// <summary>
    /// Starts a run, or says which one is active. One whose process died is resumed. Where that cannot be it is ended:
    /// one that was begun by other SQL gets a successor that does the same (<see cref="RunReplacement"/>), one whose
    /// end a user wants gets none. Whatever it had done is kept by fingerprint and ledger.
    /// </summary>
    /// <param name="request">What is wanted; null to resume a dead run only.</param>
    /// <param name="today">The business date, where the request names none.</param>
    /// <param name="cancellationToken">Nothing was started then.</param>
    /// <returns>Null when nothing is wanted and no dead run was found.</returns>
    public async Task<RunStart?> StartAsync(RunRequest? request, DateOnly today, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var start = await TryStartAsync(connection, request, today, cancellationToken);
                // A process that cancels this commit could leave a run that no process executes.
                await transaction.CommitAsync(CancellationToken.None);
                return start;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation
                && attempt < MostAttempts)
            {
                // A user was faster: under the same key, or with another run.
            }
        }
    }

    /// <summary>
    /// Saves a run's final state and releases the lease. What was published stays published, whatever happens to the
    /// run later. Idempotent: the same end may be saved again.
    /// </summary>
    /// <returns>What was saved.</returns>
    /// <exception cref="LeaseLostException">The run was taken over, or has ended otherwise.</exception>
    public static async Task<EndResult> EndAsync(
        PostgresWarehouse warehouse, RunLease lease, RunState state, string? message,
        CancellationToken cancellationToken)
    {
        var last = new { state, message = StoredMessage.Cut(message), lease.RunId };
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var said = await connection.QueryFirstOrDefaultAsync<EndResult>(
            """
            select state, is_partial, started_by = 'try' as is_try from ops.run
            where run_id = @RunId and state in (@state, 'published', 'tried')
                and not exists (select from ops.lease where lease.run_id = run.run_id)
            """, last, cancellationToken);
        if (said is { } ended)
        {
            return ended;
        }
        await lease.VerifyAsync(connection, cancellationToken);
        var saved = await connection.QueryFirstOrDefaultAsync<EndResult>(
            """
            delete from ops.lease where run_id = @RunId;
            update ops.run
            set state = case when state in ('published', 'rolled_back', 'tried') then state else @state end,
                finished_at = clock_timestamp(),
                message = case when state in ('published', 'tried') and @state <> state
                    then case state when 'tried' then 'Shown in environment ' || environment else 'Published' end
                        || ', but what follows that was not done: ' || @message
                    else @message end
            where run_id = @RunId returning state, is_partial, started_by = 'try' as is_try
            """, last, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return saved!;
    }

    /// <summary>Lets another process resume the run at once: this one ends in the middle of it.</summary>
    public static async Task ReleaseAsync(
        PostgresWarehouse warehouse, RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await connection.ExecuteAsync(
            "update ops.lease set expires_at = clock_timestamp() where run_id = @RunId and token = @Token", lease,
            cancellationToken);
    }

    /// <summary>The lease of a run; null where it has none, or a session holds it.</summary>
    public static async Task<RunLease?> TimeLimitedLeaseAsync(
        PostgresWarehouse warehouse, long runId, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var token = await connection.ExecuteScalarAsync<Guid?>(
            "select token from ops.lease where run_id = @runId and not is_session_held", new { runId },
            cancellationToken);
        return token is { } held ? new RunLease(runId, held) : null;
    }

    /// <summary>The hash of the project that a run goes by; null before its first step is done.</summary>
    public static async Task<string?> CatalogueAsync(
        PostgresWarehouse warehouse, long runId, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string?>(
            "select catalogue from ops.run where run_id = @runId", new { runId }, cancellationToken);
    }

    /// <summary>
    /// Asks for a run's end; any process that does it sees that within seconds. One whose process is gone ends at once.
    /// </summary>
    /// <returns>Null when there is no such run.</returns>
    public static async Task<CancelResult?> CancelAsync(
        PostgresWarehouse warehouse, long runId, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var active = await connection.QueryFirstOrDefaultAsync<ActiveRun>(ActiveRun.Sql, null, cancellationToken);
        var isDead = active is { State: RunState.Running } && active.RunId == runId
            && await AbandonedRun.IsItAsync(connection, active, cancellationToken);
        var state = await connection.QueryFirstOrDefaultAsync<RunState?>(
            """
            update ops.run set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
            where run_id = @runId and state = 'running';
            select state from ops.run where run_id = @runId
            """, new { runId }, cancellationToken);
        var ended = isDead
            ? await AbandonedRun.EndAsync(connection, active! with { IsCancelled = true }, cancellationToken) : null;
        await transaction.CommitAsync(cancellationToken);
        return state is { } before ? new CancelResult(before, ended) : null;
    }

    private async Task<RunStart?> TryStartAsync(
        NpgsqlConnection connection, RunRequest? request, DateOnly today, CancellationToken cancellationToken)
    {
        if (await RequestKeys.FindAsync(connection, request, cancellationToken) is { } known)
        {
            return known;
        }
        if (await connection.QueryFirstOrDefaultAsync<ActiveRun>(ActiveRun.Sql, null, cancellationToken) is { } active)
        {
            if (!await AbandonedRun.IsItAsync(connection, active, cancellationToken))
            {
                var isTry = active.StartedBy == RunTrigger.Try;
                if (isTry && request is { ScheduledAt: not null, Date: var date })
                {
                    await MakeWayAsync(connection, active.RunId, date, cancellationToken);
                }
                // It may have been started since, under the same key.
                return await RequestKeys.FindAsync(connection, request, cancellationToken)
                    ?? new RunStart.Busy(active.RunId, active.Host, active.StartedAt) { IsTry = isTry };
            }
            // What the process that is gone was just committing is to be seen.
            if (await connection.QueryFirstOrDefaultAsync<ActiveRun>(ActiveRun.Sql, null, cancellationToken) is { } seen
                && seen.RunId == active.RunId)
            {
                active = seen;
            }
            if (active.IsUnfinished)
            {
                return await ResumeAsync(connection, active, request, today, cancellationToken);
            }
            var ended = await AbandonedRun.EndAsync(connection, active, cancellationToken);
            return (await InsertAsync(connection, request, today, cancellationToken) ?? new RunStart.Ended())
                with { Earlier = ended };
        }
        return await InsertAsync(connection, request, today, cancellationToken);
    }

    // Readers wait for the scheduled run; who tries a change can do so again.
    private static Task<int> MakeWayAsync(
        NpgsqlConnection connection, long runId, DateOnly? date, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            update ops.run set cancel_requested_at = clock_timestamp(), notes = notes || @note
            where run_id = @runId and state = 'running' and cancel_requested_at is null
            """,
            new { runId, note = $"It was stopped for the scheduled run of {date:yyyy-MM-dd}. Try again after it." },
            cancellationToken);

    // Whatever of it can be used is; what was begun by other SQL is done from the start, at once and for the same wish.
    private async Task<RunStart.Resumed> ResumeAsync(
        NpgsqlConnection connection, ActiveRun active, RunRequest? request, DateOnly today,
        CancellationToken cancellationToken)
    {
        var isAsked = request is not null && active.Gives(request, today);
        // Who looks only, or works on the marts of before, gives the run back as it is.
        var isLooking = request?.StartedBy
            is RunTrigger.Rollback or RunTrigger.Replay or RunTrigger.Move or RunTrigger.Try or RunTrigger.Publish;
        var (ended, lease) = isLooking || active.IsOf(catalogue)
            ? (null, await AbandonedRun.TakeOverAsync(connection, active, Host, leaseLength, cancellationToken))
            : await RunReplacement.ReplaceAsync(connection, active.RunId, Host, leaseLength, cancellationToken);
        var isAsAsked = isAsked && await RequestKeys.NoteAsync(connection, request!, lease.RunId, cancellationToken);
        return new RunStart.Resumed(lease, isAsAsked)
        {
            Earlier = ended,
            Begins = ended is not null || active.Host == RunReplacement.NoHost ? active.StartedBy : null,
        };
    }

    private async Task<RunStart?> InsertAsync(
        NpgsqlConnection connection, RunRequest? request, DateOnly today, CancellationToken cancellationToken)
    {
        if (request is null)
        {
            return null;
        }
        return request.ScheduledAt is { } slot
            && !await ScheduledRunStore.IsDueAsync(connection, slot, cancellationToken)
            ? new RunStart.NotDue()
            : new RunStart.Started(
                await NewRun.InsertAsync(connection, request, today, Host, leaseLength, cancellationToken));
    }

    private static string Host => $"{Environment.MachineName} (process {Environment.ProcessId})";
}
