using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Shows versions to readers: one short transaction that repoints the views of all marts. A reader sees the state
/// before or the state after, never a mix.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="time">Measures patience.</param>
/// <param name="patience">How long to wait for readers in all; two minutes by default.</param>
public sealed class Publisher(PostgresWarehouse warehouse, TimeProvider time, TimeSpan? patience = null)
{
    /// <summary>
    /// Below PostgreSQL's deadlock_timeout (1 s), so that a reader who holds one view and wants another is let through
    /// instead of being chosen as a deadlock's victim.
    /// </summary>
    private const string LockTimeout = "800ms";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(2);
    private readonly ReaderSessions _readers = new(warehouse);

    /// <summary>Publishes a run's plan; versions that are live already stay as they are.</summary>
    /// <param name="plan">All models, with the versions to show.</param>
    /// <param name="runId">The run whose plan it is.</param>
    /// <param name="lease">Fences the commit.</param>
    /// <param name="alsoAsync">What else has to happen in the same transaction.</param>
    /// <exception cref="PublishConflictException">A reader's view or transaction is in the way; nothing was
    /// published.</exception>
    public async Task PublishAsync(
        IReadOnlyList<PlannedModel> plan,
        long runId,
        RunLease lease,
        Func<NpgsqlConnection, CancellationToken, Task> alsoAsync,
        CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await ReaderRole.EnsureAsync(connection, cancellationToken);
        var since = await connection.ExecuteScalarAsync<DateTime>("select clock_timestamp()", null, cancellationToken);
        while (await _readers.WithOlderSnapshotsAsync(plan, since, cancellationToken) is { Count: > 0 } old)
        {
            await WaitAsync(start, "a transaction that is older than the new versions would find them empty", old,
                cancellationToken);
        }
        while (!await TryPublishAsync(connection, plan, runId, lease, alsoAsync, cancellationToken))
        {
            var locks = await _readers.WithLocksAsync(connection.ProcessID, cancellationToken);
            await WaitAsync(start, "the views of the marts are locked", locks, cancellationToken);
        }
    }

    private async Task WaitAsync(long start, string why, IReadOnlyList<string> who, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(start) > _patience)
        {
            throw new PublishConflictException(
                $"Publishing waited {_patience.TotalSeconds:0} s for readers, but {why}: {string.Join("; ", who)}. "
                + "Nothing was published. End these transactions and run again; what was built is kept.",
                isBlocked: true);
        }
        await Task.Delay(Pause, time, cancellationToken);
    }

    /// <summary>False when a reader's lock did not become free in time.</summary>
    private static async Task<bool> TryPublishAsync(
        NpgsqlConnection connection,
        IReadOnlyList<PlannedModel> plan,
        long runId,
        RunLease lease,
        Func<NpgsqlConnection, CancellationToken, Task> alsoAsync,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync($"set local lock_timeout = '{LockTimeout}'", null, cancellationToken);
            await new MartViews(connection, transaction).ShowAsync(plan, cancellationToken);
            await LiveModelStore.WriteAsync(connection, plan, runId, cancellationToken);
            await ReaderRole.GrantAsync(connection, cancellationToken);
            await alsoAsync(connection, cancellationToken);
            await lease.VerifyAsync(connection, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState is
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            await transaction.RollbackAsync(cancellationToken);
            return false;
        }
    }
}
