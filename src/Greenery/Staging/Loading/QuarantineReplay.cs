using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Quarantine;
using Greenery.Warehouse;

namespace Greenery.Staging.Loading;

/// <summary>
/// Loads quarantined rows that pass by now, because the contract has changed. The drop is read again as a whole, in
/// the version that was loaded: so a released row meets the other rows of its file exactly as if it had passed at
/// first, and rows that still do not pass stay. Each replay is a load in the ledger.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="drops">Where the files are.</param>
/// <param name="measures">By table, what checks ask of the rows; null when there are no checks.</param>
/// <param name="limits">What one drop may cost; null for the usual limits.</param>
public sealed class QuarantineReplay(
    PostgresWarehouse warehouse, IDropStore drops, ILookup<string, DropMeasure>? measures = null,
    DropLimits? limits = null)
{
    /// <param name="tables">The contract as it is now.</param>
    /// <param name="path">Only the drop of this path; null for all that have quarantined rows.</param>
    /// <param name="lease">The run's.</param>
    /// <param name="cancellationToken">Rolls the drop back that is being loaded.</param>
    /// <exception cref="ConfigurationException">There is no drop of that path.</exception>
    /// <returns>What became of each drop, by date and path; and notes on those that cannot be replayed.</returns>
    public async Task<ReplayResult> ReplayAsync(
        IReadOnlyList<SourceTable> tables, string? path, RunLease lease, CancellationToken cancellationToken)
    {
        var loader = new DropLoader(warehouse, drops, measures, limits);
        var replayed = new List<ReplayedDrop>();
        var notes = new List<Diagnostic>();
        foreach (var held in await HeldAsync(path, cancellationToken))
        {
            if (tables.FirstOrDefault(table => table.Name == held.Table) is not { } table)
            {
                notes.Add(new Diagnostic(
                    held.Path, $"is not replayed: the contract has no table '{held.Table}' any more. Restore it."));
                continue;
            }
            try
            {
                var result = await loader.LoadAsync(table, held.DropId, lease, cancellationToken);
                replayed.Add(new ReplayedDrop(held.DropId, result, Released(held, result)));
            }
            catch (DropChangedException)
            {
                notes.Add(new Diagnostic(
                    held.Path,
                    $"is not replayed: its {held.Rows} quarantined rows are kept, but the file they came from was "
                    + "changed or left the store. Put it back, or upload the rows corrected."));
            }
        }
        return new ReplayResult(replayed, notes);
    }

    private static long Released(HeldDrop held, LoadResult result) =>
        result.Outcome == LoadOutcome.Loaded ? Math.Max(0, held.Rows - result.Quarantined) : 0;

    private async Task<List<HeldDrop>> HeldAsync(string? path, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await QuarantineOverview.EnsureKnownAsync(connection, path, cancellationToken);
        return await connection.QueryAsync<HeldDrop>(
            """
            select d.drop_id as DropId, d.path, d.table_name as table, count(*) as Rows
            from ops.quarantine as q
            inner join ops.drop as d on q.drop_id = d.drop_id
            -- The next run loads refused drops by itself.
            where d.state <> 'refused' and (@path::text is null or d.path = @path)
            group by d.drop_id
            order by d.drop_date, d.sort_key
            """,
            new { path },
            cancellationToken);
    }

    private sealed record HeldDrop
    {
        public long DropId { get; init; }

        public string Path { get; init; } = "";

        public string Table { get; init; } = "";

        public long Rows { get; init; }
    }
}
