using Greenery.Drops;
using Greenery.Staging.Merging;
using Greenery.Staging.Parsing;
using Greenery.Staging.Quarantine;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Loading;

/// <summary>The one transaction that loads a drop.</summary>
internal sealed class DropTransaction(LoadJob job, IDropStore drops)
{
    public async Task<LoadResult> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await LoadAsync(connection, mayBeBulk: true, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is
            PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.LockNotAvailable)
        {
            // The table was empty, and the file has a key twice: a merge knows the rows' lines, and so the last row. Or
            // a reader of the empty table would have to wait: a merge does not block readers.
            return await LoadAsync(connection, mayBeBulk: false, cancellationToken);
        }
    }

    private async Task<LoadResult> LoadAsync(
        NpgsqlConnection connection, bool mayBeBulk, CancellationToken cancellationToken)
    {
        await WorkTables.ReserveAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // No other session writes the table until the commit; all may read it.
        await connection.ExecuteAsync(
            $"lock table {job.Staging.Name} in share row exclusive mode", null, cancellationToken);
        RowTarget target = mayBeBulk && await BulkTarget.FitsAsync(connection, job, cancellationToken)
            ? new BulkTarget(job)
            : new MergeTarget(job);
        using var keys = target is MergeTarget || job.Table.Snapshot is not null
            ? new QuarantinedKeys(job.Table.PrimaryKey.Count)
            : null;
        await using var quarantine = new QuarantineWriter(Origin, job.Table.FailAbove)
        {
            Keys = keys, MostBytes = job.Limits.MostQuarantineBytes,
        };
        try
        {
            return await LoadAsync(connection, transaction, target, quarantine, cancellationToken);
        }
        catch (RefusedDropException)
        {
            await job.EnsureUnchangedAsync(drops, cancellationToken);
            if (quarantine.Rows > 0 && !job.Drop.IsReload)
            {
                await transaction.RollbackAsync(cancellationToken);
                await KeepRefusedAsync(connection, quarantine, cancellationToken);
            }
            throw;
        }
    }

    private async Task<LoadResult> LoadAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        RowTarget target,
        QuarantineWriter quarantine,
        CancellationToken cancellationToken)
    {
        await using var reading = await OpenAsync(quarantine, cancellationToken);
        reading.Rows = job.Rows;
        await target.PrepareAsync(connection, cancellationToken);
        await target.ReceiveAsync(connection, reading, cancellationToken);
        quarantine.EnsureWithinLimit(reading.RowsInFile);
        var hash = await reading.HashAsync(cancellationToken);
        if (!job.Drop.IsReload && await DropStateStore.LastHashAsync(connection, job.Drop, cancellationToken) == hash)
        {
            return Result(LoadOutcome.SameContent) with
            {
                Message = "has the content that was loaded under its name before",
            };
        }
        if (reading.IsEmpty && !job.Table.MayBeEmpty && !job.Drop.IsReload
            && await DropStateStore.LoadedVersionsAsync(connection, job.Drop.Path, cancellationToken) is { Count: > 0 })
        {
            throw new RefusedDropException(
                "is empty, and an earlier version of it was loaded, whose rows stay. Was the upload cut short? If "
                + "there are none any more, upload a file with a header line only (or []), or say config: "
                + "may_be_empty: true.");
        }
        var result = await MergeAsync(connection, target, reading, quarantine, hash, cancellationToken);
        await new DropMeasuring(job).WriteAsync(
            connection, target is BulkTarget ? job.Staging.Name : MergeSql.Incoming, cancellationToken);
        await KeepAsync(connection, quarantine, result, hash, cancellationToken);
        await WorkTables.DropAsync(connection, cancellationToken);
        await job.Lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private async Task<LoadResult> MergeAsync(
        NpgsqlConnection connection,
        RowTarget target,
        DropReading reading,
        QuarantineWriter quarantine,
        string hash,
        CancellationToken cancellationToken)
    {
        var duplicates = new DuplicateKeys(job);
        var inParts = target is MergeTarget
            ? await duplicates.FindInPartsAsync(connection, cancellationToken)
            : null;
        var counts = await target.FinishAsync(connection, cancellationToken);
        var doubled = counts.Superseded > 0
            ? await duplicates.FindAsync(connection, cancellationToken)
            : null;
        var kept = target is MergeTarget && quarantine is { Rows: > 0, Keys: { } keys }
            ? await new KeptRows(job).FindAsync(connection, keys, cancellationToken)
            : null;
        // A table that was empty had no row that could have been removed.
        var vanished = target is MergeTarget
            ? await new RemovedRows(job, drops).SettleAsync(connection, kept is { Rows: > 0 }, cancellationToken)
            : RemovedRowCounts.None;
        var hasUnreadable = job.Table.Snapshot is not null && quarantine is { Rows: > 0, Keys.HasUnreadable: true };
        var gone = await new SnapshotMarks(job).SetAsync(
            connection, counts.Inserted, hasUnreadable, hasRows: reading.RowsInFile > 0, cancellationToken);
        var isHistoryNew = await new RowVersions(job).WriteAsync(
            connection, target is BulkTarget, kept, counts.Superseded, cancellationToken);
        return CountedLoad.Of(job, reading, quarantine.Rows).With(counts) with
        {
            // A complete date between others ends versions of the rows it lacks.
            IsHistoryNew = isHistoryNew
                || (job.Table.HasHistory && job.Table.Snapshot is not null && (gone.IsOtherDateNew || !gone.IsNewest)),
            HasUnreadableKeys = hasUnreadable,
            EndsWithLineBreak = reading.EndsWithLineBreak,
            SoftDeleted = gone.SoftDeleted,
            Returned = gone.Returned,
            Restored = vanished.Restored,
            Removed = vanished.Removed,
            // Empty days are all alike, and that is no news.
            Message = NoteText.Join(
                    doubled, inParts, counts.Note, kept?.Note, gone.Message, vanished.Message, reading.Note,
                    await LastLine.NoteAsync(connection, job, reading.EndsWithLineBreak, cancellationToken))
                ?? (reading.RowsInFile > 0 ? await TwinAsync(connection, hash, cancellationToken) : null),
        };
    }

    private QuarantineOrigin Origin => new(job.Drop.DropId, job.Sequence, job.Lease.RunId, job.Table.Name);

    private async Task<DropReading> OpenAsync(QuarantineWriter quarantine, CancellationToken cancellationToken)
    {
        var stored = await OpenFileAsync(cancellationToken);
        return await DropReading.OpenAsync(stored, job.Name, job.Table, job.Limits, quarantine, cancellationToken);
    }

    private async Task<Stream> OpenFileAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await drops.OpenAsync(job.Drop.File, cancellationToken);
        }
        catch (DropUnreadableException exception)
        {
            throw new RefusedDropException(exception.Message);
        }
    }

    private async Task<string?> TwinAsync(
        NpgsqlConnection connection, string hash, CancellationToken cancellationToken) =>
        await DropStateStore.TwinAsync(connection, job, hash, cancellationToken) is { } twin
            ? $"has the same content as {twin}"
            : null;

    private LoadResult Result(LoadOutcome outcome) => new()
    {
        Path = job.Drop.Path, Table = job.Table.Name, Outcome = outcome,
    };

    private async Task KeepAsync(
        NpgsqlConnection connection,
        QuarantineWriter quarantine,
        LoadResult result,
        string hash,
        CancellationToken cancellationToken)
    {
        await DropStateStore.ForgetQuarantineAsync(connection, job.Drop.Path, cancellationToken);
        if (quarantine.Rows > 0)
        {
            await CopyAsync(connection, quarantine, cancellationToken);
        }
        await DropStateStore.WriteLoadAsync(connection, job, result, cancellationToken);
        await DropStateStore.SetStateAsync(
            connection, job.Drop.DropId, DropState.Loaded, result.Message, hash, cancellationToken);
    }

    // A refused drop shows its bad rows and their reasons. Those of an earlier version of the path stay: they belong to
    // what staging holds.
    private async Task KeepRefusedAsync(
        NpgsqlConnection connection, QuarantineWriter quarantine, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            "delete from ops.quarantine where drop_id = @DropId", job.Drop, cancellationToken);
        await CopyAsync(connection, quarantine, cancellationToken);
        await job.Lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static Task CopyAsync(
        NpgsqlConnection connection, QuarantineWriter quarantine, CancellationToken cancellationToken) =>
        RawCopy.RunAsync(
            connection,
            "ops.quarantine",
            QuarantineWriter.Columns,
            target => quarantine.CopyToAsync(target, cancellationToken),
            cancellationToken);
}
