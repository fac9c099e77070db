using Greenery.Sources;
using Greenery.Staging.History;
using Greenery.Staging.Merging;
using Greenery.Staging.Partitions;
using Greenery.Staging.Quarantine;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Loading;

/// <summary>
/// The one transaction that loads the drops of a batch, each with a ledger row of its own. No row of a refused drop is
/// sent.
/// </summary>
/// <param name="table">Their contract.</param>
/// <param name="lease">The run's.</param>
/// <param name="parts">The drops, in the order of their load sequences.</param>
internal sealed class BatchTransaction(SourceTable table, RunLease lease, IReadOnlyList<DropPart> parts)
{
    private readonly StagingTable _staging = new(table);
    private readonly IReadOnlyList<DropPart> _good = [.. parts.Where(part => part.Refusal is null)];

    public async Task RunAsync(NpgsqlConnection connection, LoadKeeper keeper, CancellationToken cancellationToken)
    {
        await WorkTables.ReserveAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // No other session writes the table until the commit; all may read it.
        await connection.ExecuteAsync(
            $"lock table {_staging.Name} in share row exclusive mode", null, cancellationToken);
        await BatchSql.CreateIncomingAsync(connection, _staging, cancellationToken);
        var results = _good.Count > 0 ? await LoadAsync(connection, cancellationToken) : [];
        await BatchStore.ForgetQuarantineAsync(connection, parts, cancellationToken);
        await SendAsync(
            connection, "ops.quarantine", QuarantineWriter.Columns, parts.Select(part => part.Bad), cancellationToken);
        var all = parts.Select(part => results.GetValueOrDefault(part.Job.Drop.DropId, part.Read)).ToList();
        await BatchStore.SetStatesAsync(connection, parts, all, cancellationToken);
        LoadedDrop[] loaded = [.. parts.Zip(all, (part, result) => new LoadedDrop(part.Job.Drop.DropId, result))];
        await keeper.KeepAsync(connection, loaded, cancellationToken);
        await WorkTables.DropAsync(connection, cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<Dictionary<long, LoadResult>> LoadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var alike in _good.GroupBy(part => part.Columns))
        {
            await SendAsync(
                connection, MergeSql.Incoming, alike.Key, alike.Select(part => part.Good), cancellationToken);
        }
        var counts = await MergeAsync(connection, cancellationToken);
        var results = _good.ToDictionary(
            part => part.Job.Drop.DropId, part => Count(part, counts.GetValueOrDefault(part.Job.Drop.DropId)));
        if (table.HasHistory)
        {
            await connection.ExecuteAsync(
                BatchSql.WriteHistory(
                    new HistoryTable(table), _staging, isNoted: results.Values.Any(result => result.IsHistoryNew)),
                new
                {
                    First = _good.Min(part => part.Job.Sequence), Sequence = _good.Max(part => part.Job.Sequence),
                },
                cancellationToken);
        }
        await new BatchMeasuring([.. _good.Select(part => part.Job)]).WriteAsync(connection, cancellationToken);
        await BatchStore.WriteLoadsAsync(
            connection, lease.RunId, _good, [.. _good.Select(part => results[part.Job.Drop.DropId])],
            cancellationToken);
        await new BatchNotes(table, _good).AddAsync(connection, results, cancellationToken);
        return results;
    }

    private async Task<Dictionary<long, RowCounts>> MergeAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var bound = await RetentionBound.ReadAsync(
            connection, table, lease.RunId, _good.Max(part => part.Job.Drop.Date), cancellationToken);
        var rows = _staging.Partitions is { } partitions
            ? new PartitionedRows(_staging, partitions, MergeSql.Incoming) : null;
        var divided = rows is null ? [] : await rows.PrepareAsync(
            connection, $"r.{StagingTable.DropId}", $"{StagingTable.LoadSequence} desc, _line desc", bound,
            cancellationToken);
        await MergeTarget.PlanAsync(connection, _staging, cancellationToken);
        var isLocated = await BatchSql.LocateAsync(connection, _staging, cancellationToken);
        var counts = await connection.QueryAsync<(
            long Drop, long Received, long Inserted, long Updated, long Unchanged, long Superseded)>(
            BatchSql.Merge(_staging, isLocated), new { table.Name }, cancellationToken);
        await connection.ExecuteAsync(MergeTarget.EndPlan, null, cancellationToken);
        var merged = counts.ToDictionary(
            row => row.Drop,
            row => new RowCounts(row.Received, row.Inserted, row.Updated, row.Unchanged, row.Superseded));
        foreach (var (drop, count) in divided)
        {
            merged[drop] = merged.GetValueOrDefault(drop, RowCounts.None) with
            {
                Expired = count.Expired, Note = rows!.Note(count, bound),
            };
        }
        return merged;
    }

    private static LoadResult Count(DropPart part, RowCounts? found)
    {
        var counts = found ?? RowCounts.None;
        return part.Read.With(counts) with
        {
            Message = NoteText.Join(counts.Note, part.Read.Message),
            // A row that a later drop overrides changes the history and not staging.
            IsHistoryNew = part.Job.Table.HasHistory && counts.Superseded > 0,
        };
    }

    private static async Task SendAsync(
        NpgsqlConnection connection, string target, string columns, IEnumerable<ReadOnlyMemory<byte>> rows,
        CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>[] filled = [.. rows.Where(row => row.Length > 0)];
        if (filled.Length == 0)
        {
            return;
        }
        await RawCopy.RunAsync(
            connection, target, columns, stream => RawCopy.WriteAsync(stream, filled, cancellationToken),
            cancellationToken);
    }
}
