using System.Data;
using Dapper;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// Keeps a run's lease while it is at work: renews it, and sees when the run is taken over or is to be stopped. A
/// process that does a whole run also holds its lease by its session: its session keeps an advisory lock on the run's
/// number, so that its death is seen at once. A connection that is cut is opened again; only the token says whose the
/// run is. A lease that cannot be renewed for as long as it lasts is lost: another process may have the run by now.
/// What a run does after its end has no lease; the database is asked all the same, so that it is seen to be silent.
/// </summary>
public sealed class LeaseKeeper : IAsyncDisposable
{
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(2);

    /// <summary>For one statement of a renewal, and for letting go.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>For the end of a process's work, which must not wait for a server that does not answer.</summary>
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(5);

    private readonly PostgresWarehouse _warehouse;
    private readonly TimeSpan _length;
    private readonly bool _isSessionHeld;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _silent = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly ITimer _silence;
    private readonly Task _keeping;
    private NpgsqlConnection? _connection;
    private bool _hasLock;
    private volatile bool _isRenewing;
    private bool _isDisposed;

    private LeaseKeeper(PostgresWarehouse warehouse, RunLease lease, bool isWatched, TimeProvider time)
    {
        (_warehouse, Lease, _isSessionHeld) = (warehouse, lease, isWatched);
        _isRenewing = isWatched;
        _length = isWatched ? RunLease.SessionHeldLength : RunLease.TimeLimitedLength;
        _silence = time.CreateTimer(_ => GiveUp(), null, _length, Timeout.InfiniteTimeSpan);
        _keeping = KeepAsync(time);
    }

    public RunLease Lease { get; }

    /// <summary>
    /// Cancelled when the run is another process's: what is under way would be refused at its commit.
    /// </summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>
    /// Cancelled, as <see cref="Lost"/> is, when the database did not answer for as long as the lease lasts.
    /// </summary>
    public CancellationToken Silent => _silent.Token;

    /// <summary>Whether the lease is lost for that reason.</summary>
    public bool IsUnreachable => _silent.IsCancellationRequested;

    /// <summary>What is said of that.</summary>
    public InfrastructureException Unreachable => TimeLimit.Silence(_length, null);

    /// <summary>Cancelled when a user asks for the run's end.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>For a process that does the whole run.</summary>
    public static LeaseKeeper SessionHeld(PostgresWarehouse warehouse, RunLease lease, TimeProvider time) =>
        new(warehouse, lease, isWatched: true, time);

    /// <summary>
    /// For a process that does one step of it. It renews the lease from <see cref="BeginRenewing"/> on: until then
    /// another delivery of the step may be at work, and if that one is frozen the lease has to run out.
    /// </summary>
    public static LeaseKeeper TimeLimited(PostgresWarehouse warehouse, RunLease lease, TimeProvider time) =>
        new(warehouse, lease, isWatched: false, time);

    /// <summary>The step is this process's: it is at work.</summary>
    public void BeginRenewing() => _isRenewing = true;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }
        await _silence.DisposeAsync();
        try
        {
            await TimeLimit.RunAsync(PatienceAtEnd, _ => EndAsync(), CancellationToken.None);
        }
        catch (InfrastructureException)
        {
            // The lease runs out by itself, and the session ends with the process.
        }
    }

    private async Task EndAsync()
    {
        await _end.CancelAsync();
        await _keeping;
        await CloseAsync();
        _end.Dispose();
        _lost.Dispose();
        _silent.Dispose();
        _stopped.Dispose();
    }

    private void GiveUp()
    {
        // Not on this thread: what is cancelled may wait for the server.
        _ = _silent.CancelAsync();
        _ = _lost.CancelAsync();
    }

    private async Task KeepAsync(TimeProvider time)
    {
        try
        {
            using var timer = new PeriodicTimer(RenewInterval, time);
            do
            {
                await RenewAsync();
            }
            while (!IsUnreachable && await timer.WaitForNextTickAsync(_end.Token));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The work is over.
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            _connection ??= await _warehouse.ConnectAsync(_end.Token);
            // Until the server has buried a session that was cut, the lock is still that session's. Of a run that is
            // another process's now, it is not taken any more.
            var mayLock = _isSessionHeld && !_lost.IsCancellationRequested;
            _hasLock = _hasLock || (mayLock && await _connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "select pg_try_advisory_lock(@key)", new { key = RunStore.LockOf(Lease.RunId) },
                commandTimeout: (int)Patience.TotalSeconds, cancellationToken: _end.Token)));
            var look = await _connection.QueryFirstAsync<(bool IsHeld, bool IsCancelled)>(new CommandDefinition(
                """
                update ops.lease
                set expires_at = clock_timestamp() + @_length, is_session_held = @_hasLock, session_since = pg_postmaster_start_time()
                where run_id = @RunId and token = @Token and @isRenewing
                    and (expires_at not between clock_timestamp() + @_length * 0.8 and clock_timestamp() + @_length * 2
                        or is_session_held <> @_hasLock
                        or session_since is distinct from pg_postmaster_start_time());
                select exists (select from ops.lease where run_id = @RunId and token = @Token),
                    coalesce((select cancel_requested_at is not null from ops.run where run_id = @RunId), false)
                """,
                new { _length, _hasLock, Lease.RunId, Lease.Token, isRenewing = _isRenewing },
                commandTimeout: (int)Patience.TotalSeconds, cancellationToken: _end.Token));
            _silence.Change(_length, Timeout.InfiniteTimeSpan);
            await SignalAsync(look.IsHeld, look.IsCancelled);
        }
        catch (Exception exception) when (exception is NpgsqlException or InfrastructureException or TimeoutException
            or DataException { InnerException: NpgsqlException })
        {
            // The steps find out by themselves whether the database is gone for good.
            if (_connection is not null
                && exception is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction })
            {
                PostgresWarehouse.ForgetSessions(_connection);
            }
            await CloseAsync();
        }
    }

    private async Task SignalAsync(bool isHeld, bool isCancelled)
    {
        if (isCancelled)
        {
            await _stopped.CancelAsync();
        }
        if (!isHeld)
        {
            await _lost.CancelAsync();
        }
    }

    private async Task CloseAsync()
    {
        if (_connection is not null)
        {
            await AdvisoryLock.ReleaseAsync(_connection);
            (_connection, _hasLock) = (null, false);
        }
    }
}
