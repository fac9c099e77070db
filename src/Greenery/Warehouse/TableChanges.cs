using System.Diagnostics;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// Changes tables that other sessions may be reading. A statement that waits for its lock makes all later readers
/// queue after it, so each attempt is short; readers proceed between two attempts.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="patience">How long to try in all; two minutes by default.</param>
internal sealed class TableChanges(PostgresWarehouse warehouse, TimeSpan? patience = null)
{
    /// <summary>How long one statement waits for a lock, and so the longest that a reader queues after it.</summary>
    public const string LockTimeout = "500ms";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(2);

    /// <summary>Does work in a transaction, again and again until no lock is in its way.</summary>
    /// <param name="schemas">Where the tables are, for the message.</param>
    /// <param name="advisoryKey">An advisory lock that the work takes; null for none.</param>
    /// <param name="workAsync">The work; the commit is not part of it.</param>
    /// <param name="cancellationToken">Leaves things as they are.</param>
    /// <exception cref="BlockedException">Others held their locks for too long.</exception>
    public async Task RunAsync(
        IReadOnlyList<string> schemas, long? advisoryKey,
        Func<NpgsqlConnection, CancellationToken, Task> workAsync, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        while (!await TryAsync(connection, workAsync, cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(start) > _patience)
            {
                var holders = await LockHolders.FindAsync(
                    warehouse, schemas, connection.ProcessID, advisoryKey, cancellationToken);
                throw new BlockedException(
                    $"Tables of schema {string.Join(", ", schemas)} have to be changed, but for "
                    + $"{_patience.TotalSeconds:0} s others have held locks on them: "
                    + $"{(holders.Count == 0 ? "transactions that ended by now" : string.Join("; ", holders))}. "
                    + "Nothing was changed. End these transactions; the next run tries again.");
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static Task<bool> TryAsync(
        NpgsqlConnection connection, Func<NpgsqlConnection, CancellationToken, Task> workAsync,
        CancellationToken cancellationToken) =>
        LockTry.RunAsync(connection, async (_, token) =>
        {
            await connection.ExecuteAsync($"set local lock_timeout = '{LockTimeout}'", null, token);
            await workAsync(connection, token);
        }, cancellationToken);
}
