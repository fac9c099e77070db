using System.Globalization;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>A transaction that gives up when others hold what it needs, to be tried again.</summary>
internal static class LockTry
{
    /// <summary>SQL: how long each later statement of the transaction waits for a lock.</summary>
    public static string Limit(TimeSpan length) =>
        string.Create(CultureInfo.InvariantCulture, $"set local lock_timeout = {length.TotalMilliseconds:0}");

    /// <summary>Does work in a transaction and commits it.</summary>
    /// <param name="connection">Without a transaction.</param>
    /// <param name="workAsync">The work; it limits its waiting itself (<see cref="Limit"/>).</param>
    /// <param name="cancellationToken">Leaves things as they are.</param>
    /// <returns>False when a lock did not become free in time, or in a deadlock; nothing was changed then.</returns>
    public static async Task<bool> RunAsync(
        NpgsqlConnection connection, Func<NpgsqlTransaction, CancellationToken, Task> workAsync,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await workAsync(transaction, cancellationToken);
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
