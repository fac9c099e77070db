using Greenery.Drops;
using Greenery.Staging.Parsing;
using Greenery.Staging.Quarantine;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// A drop that was loaded before under the same path may have lost rows since. Each goes back to what the newest
/// earlier drop says of it, read from the store again, or leaves when there is none: staging is what the drops in
/// their present versions say, whatever came in between.
/// </summary>
internal sealed class RemovedRows(LoadJob job, IDropStore drops)
{
    /// <summary>
    /// To be called when the drop's rows were merged, and are still in <see cref="MergeSql.Incoming"/>.
    /// </summary>
    /// <param name="connection">Of the loading transaction.</param>
    /// <param name="hasKept">There are rows to be kept, in <see cref="KeptRows.Kept"/>.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    public async Task<RemovedRowCounts> SettleAsync(
        NpgsqlConnection connection, bool hasKept, CancellationToken cancellationToken)
    {
        var versions = await DropStateStore.LoadedVersionsAsync(connection, job.Drop.Path, cancellationToken);
        if (versions.Count == 0)
        {
            return RemovedRowCounts.None;
        }
        await RemovedRowsSql.CreateRemovedAsync(connection, job.Staging, cancellationToken);
        var vanished = await connection.ExecuteScalarAsync<long>(
            RemovedRowsSql.Find(job.Staging, hasKept), new { Versions = versions.ToArray() }, cancellationToken);
        return vanished == 0 ? RemovedRowCounts.None : await SettleAsync(connection, vanished, cancellationToken);
    }

    private async Task<RemovedRowCounts> SettleAsync(
        NpgsqlConnection connection, long vanished, CancellationToken cancellationToken)
    {
        await RemovedRowsSql.CreateEarlierAsync(connection, job.Staging, cancellationToken);
        var restored = 0L;
        foreach (var earlier in await DropStateStore.EarlierAsync(connection, job, cancellationToken))
        {
            if (restored == vanished)
            {
                break;
            }
            if (!await TryReadAsync(connection, earlier, cancellationToken))
            {
                // What still older drops say may have been overridden by this one: better to leave than to guess.
                return new RemovedRowCounts(restored, 0, Undecided(vanished - restored, earlier.Path));
            }
            if (job.Staging.Partitions is { } partitions)
            {
                await partitions.EnsureAsync(connection, RemovedRowsSql.Earlier, cancellationToken);
            }
            restored += await connection.ExecuteScalarAsync<long>(
                RemovedRowsSql.Restore(job.Staging), new { earlier.DropId, job.Sequence }, cancellationToken);
        }
        if (RemovedRowsSql.Note(job.Staging) is { } note)
        {
            await connection.ExecuteAsync(note, new { job.Sequence }, cancellationToken);
        }
        var removed = await connection.ExecuteAsync(RemovedRowsSql.Remove(job.Staging), null, cancellationToken);
        return new RemovedRowCounts(restored, removed, null);
    }

    // False when the earlier drop is not in the store any more, or cannot be read as what it was.
    private async Task<bool> TryReadAsync(
        NpgsqlConnection connection, RecordedDrop earlier, CancellationToken cancellationToken)
    {
        var past = job with { Drop = earlier };
        await using var quarantine = new QuarantineWriter(new QuarantineOrigin(0, 0, 0, ""), new(null, 100));
        // A COPY that is broken off half way must not take the load with it.
        await connection.ExecuteAsync($"truncate {RemovedRowsSql.Earlier}; savepoint earlier", null, cancellationToken);
        try
        {
            var stored = await drops.OpenAsync(earlier.File, cancellationToken);
            await using var reading = await DropReading.OpenAsync(
                stored, past.Name, job.Table, job.Limits, quarantine, cancellationToken);
            await RawCopy.RunAsync(
                connection,
                RemovedRowsSql.Earlier,
                SqlText.Names(reading.Columns.Concat(RowTrailer.Line.Columns)),
                target => reading.SendAsync(RowTrailer.Line, target, cancellationToken),
                cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception
            is DropChangedException or DropUnreadableException or RefusedDropException)
        {
            await connection.ExecuteAsync("rollback to savepoint earlier", null, cancellationToken);
            return false;
        }
    }

    private static string Undecided(long rows, string path) =>
        $"{rows} rows that are no longer in the file were left as they are: what {path} said of them cannot be read, "
        + "because it was changed or left the store. Put it back and run with --reload to settle them.";
}

/// <summary>What became of the rows that a corrected upload no longer has.</summary>
/// <param name="Restored">Rows that went back to what an earlier drop said.</param>
/// <param name="Removed">Rows that no earlier drop knows; they left.</param>
/// <param name="Message">What could not be decided; null when all was.</param>
internal sealed record RemovedRowCounts(long Restored, long Removed, string? Message)
{
    public static RemovedRowCounts None { get; } = new(0, 0, null);
}
