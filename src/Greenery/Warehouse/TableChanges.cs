using System.Diagnostics;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// Changes tables that other sessions may be reading. A statement that waits for its lock makes all later readers
/// queue after it, so each attempt is short; readers proceed between two attempts.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="patience">How long to try in all; two minutes by default.</param>
/// <param name="progress">Is notified after some seconds that it waits, and for whom; null for no one.</param>
internal sealed class TableChanges(
    PostgresWarehouse warehouse, TimeSpan? patience = null, IProgress<string>? progress = null)
{
    /// <summary>How long one statement waits for a lock, and so the longest that a reader queues after it.</summary>
    public const string LockTimeout = "500ms";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(2);

    // Long enough that a usual start says nothing, and short against the patience.
    private readonly TimeSpan _silence = patience / 4 ?? TimeSpan.FromSeconds(3);

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
        var (start, isSaid) = (Stopwatch.GetTimestamp(), false);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        while (!await TryAsync(connection, workAsync, cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(start) > _patience)
            {
                var holders = await HoldersAsync(connection);
                throw new BlockedException(
                    $"Tables of schema {string.Join(", ", schemas)} have to be changed, but for "
                    + $"{_patience.TotalSeconds:0} s others have held locks on them: "
                    + $"{holders}. "
                    + "Nothing was changed. End these transactions; the next run tries again.");
            }
            if (!isSaid && progress is not null && Stopwatch.GetElapsedTime(start) > _silence)
            {
                isSaid = true;
                progress.Report(
                    $"Waiting up to {_patience.TotalSeconds:0} s for locks on schema {string.Join(", ", schemas)}, "
                    + $"held by: {await HoldersAsync(connection)}.");
            }
            await Task.Delay(Pause, cancellationToken);
        }

        async Task<string> HoldersAsync(NpgsqlConnection waiting) => LockHolders.List(await LockHolders.FindAsync(
            warehouse, schemas, waiting.ProcessID, advisoryKey, cancellationToken));
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
