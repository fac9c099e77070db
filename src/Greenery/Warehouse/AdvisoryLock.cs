using System.Diagnostics;
using Dapper;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>Locks of a session's or a transaction's own making, which end with it or before.</summary>
internal static class AdvisoryLock
{
    /// <summary>How long others may hold a lock that we hold for moments only.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A server that does not answer this is given up: the locks end with the session.</summary>
    private const int PatienceInSeconds = 30;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The number of a lock: the same in all processes that use this database, whatever their settings, since they
    /// share its schema ops; another in each database; and no round number, such as other programs take for their own.
    /// </summary>
    /// <param name="connection">To the database.</param>
    /// <param name="subject">What is locked, such as <c>schema ops</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<long> KeyAsync(
        NpgsqlConnection connection, string subject, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(
            "select hashtextextended('greenery: ' || @subject || ' of ' || current_database(), 0)", new { subject },
            cancellationToken);

    /// <summary>Takes the lock until the transaction of the connection ends.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="subject">What is locked.</param>
    /// <param name="patience">How long others may hold it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BlockedException">Others held it for longer; the message says who.</exception>
    public static async Task TakeAsync(
        NpgsqlConnection connection, string subject, TimeSpan patience, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(connection, subject, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        // Asked for again and again: a statement that waits would fail by its timeout, and the transaction with it.
        for (var pause = TimeSpan.FromMilliseconds(5); !await TryAsync(connection, key, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                throw new BlockedException(
                    $"The lock of {subject} (advisory lock {key}) was not free for {patience.TotalSeconds:0} s. Held "
                    + $"by: {LockHolders.List(await HoldersAsync(connection, key, cancellationToken))}. If that is no "
                    + "process of Greenery, end its session (select pg_terminate_backend(...)), and let it use a "
                    + "number of its own; then it is tried again.");
            }
            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <summary>
    /// Gives back all locks of the session and closes it. A pooled connection is only cleaned up when it is used again:
    /// until then any process that waits for the lock would wait for that.
    /// </summary>
    public static async ValueTask ReleaseAsync(NpgsqlConnection connection)
    {
        try
        {
            if (connection.State == System.Data.ConnectionState.Open)
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    "select pg_advisory_unlock_all()", commandTimeout: PatienceInSeconds));
            }
        }
        catch (NpgsqlException)
        {
            // A session that was cut holds nothing.
        }
        await connection.DisposeAsync();
    }

    private static Task<bool> TryAsync(NpgsqlConnection connection, long key, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>("select pg_try_advisory_xact_lock(@key)", new { key }, cancellationToken);

    private static Task<List<string>> HoldersAsync(
        NpgsqlConnection connection, long key, CancellationToken cancellationToken) =>
        LockHolders.FindAsync(connection, [], connection.ProcessID, key, cancellationToken);
}
