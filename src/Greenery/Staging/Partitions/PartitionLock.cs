using System.Diagnostics;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Partitions;

/// <summary>
/// Attaches partitions within a transaction that has done work already. That needs the default partition alone, so each
/// try is short: readers of the table proceed between two tries, and the work so far is kept.
/// </summary>
/// <param name="connection">In the transaction.</param>
/// <param name="relation">What is locked, for the message.</param>
internal sealed class PartitionLock(NpgsqlConnection connection, string relation)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs statements, again and again until no lock is in their way.</summary>
    /// <exception cref="BlockedException">Others held their locks for too long.</exception>
    public async Task RunAsync(string statements, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var before = await connection.ExecuteScalarAsync<string>(
            "select current_setting('lock_timeout')", null, cancellationToken);
        while (!await TryAsync(statements, before!, cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new BlockedException(
                    $"A partition has to be added, but for {Patience.TotalSeconds:0} s other transactions have held "
                    + $"locks on {relation}. Nothing was changed. End these transactions (select * from "
                    + "pg_stat_activity where state = 'idle in transaction'); the next run tries again.");
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<bool> TryAsync(string statements, string before, CancellationToken cancellationToken) =>
        await Savepoint.TryAsync(
            connection,
            $"set local lock_timeout = '{TableChanges.LockTimeout}'; {statements}; "
                + $"set local lock_timeout = {SqlText.Literal(before)}",
            null, refusal => refusal.SqlState == PostgresErrorCodes.LockNotAvailable, cancellationToken) is null;
}
