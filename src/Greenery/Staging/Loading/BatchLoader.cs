using Greenery.Drops;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Loading;

/// <summary>
/// Loads many drops of a table. Small ones are loaded together, in one transaction with one merge, and leave the
/// same rows, ledger and quarantine as if <see cref="DropLoader"/> had loaded one after the other.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="drops">Where the files are.</param>
/// <param name="measures">By table, what checks ask of the rows; null when there are no checks.</param>
/// <param name="limits">What one drop may cost; null for the usual limits.</param>
/// <param name="rows">Takes how many rows were read since the last time; null for none.</param>
public sealed class BatchLoader(
    PostgresWarehouse warehouse, IDropStore drops, ILookup<string, DropMeasure>? measures = null,
    DropLimits? limits = null, IProgress<long>? rows = null)
{
    // More only wait for the same cores; of a store on the network, each waits for its own answer.
    private const int ReadAtOnce = 4;

    // Of a batch, in memory: compressed files unfold to more than the plan knows.
    private const long MostBytes = 64 * 1024 * 1024;

    /// <summary>
    /// Loads drops in the order given. One whose file was changed or deleted since it was discovered is left out: its
    /// sender may still be writing it, and the next run loads what is there then.
    /// </summary>
    /// <param name="table">The contract; its staging table exists (<see cref="StagingTables"/>).</param>
    /// <param name="dropIds">Rows of <c>ops.drop</c>, in the order in which a later one wins.</param>
    /// <param name="lease">The run's; checked last before each commit.</param>
    /// <param name="keeper">Takes what became of the drops.</param>
    /// <param name="cancellationToken">Rolls back what is being loaded.</param>
    /// <exception cref="LeaseLostException">Another process has taken the run over.</exception>
    /// <exception cref="InfrastructureException">Database or storage cannot be used.</exception>
    /// <exception cref="PostgresException">A statement failed; its drop was rolled back.</exception>
    public async Task LoadAsync(
        SourceTable table, IReadOnlyList<long> dropIds, RunLease lease, LoadKeeper keeper,
        CancellationToken cancellationToken)
    {
        foreach (var group in await PlanAsync(table, dropIds, cancellationToken))
        {
            await LoadGroupAsync(table, group, lease, keeper, cancellationToken);
        }
    }

    private async Task<List<IReadOnlyList<long>>> PlanAsync(
        SourceTable table, IReadOnlyList<long> dropIds, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await BatchPlan.ReadAsync(connection, table, dropIds, cancellationToken);
    }

    // What cannot be loaded together is halved, until the drop that is the reason is by itself.
    private async Task LoadGroupAsync(
        SourceTable table, IReadOnlyList<long> group, RunLease lease, LoadKeeper keeper,
        CancellationToken cancellationToken)
    {
        if (group.Count == 1)
        {
            await LoadOneAsync(table, group[0], lease, keeper, cancellationToken);
        }
        else if (!await TryLoadAsync(table, group, lease, keeper, cancellationToken))
        {
            var half = group.Count / 2;
            await LoadGroupAsync(table, [.. group.Take(half)], lease, keeper, cancellationToken);
            await LoadGroupAsync(table, [.. group.Skip(half)], lease, keeper, cancellationToken);
        }
    }

    private async Task LoadOneAsync(
        SourceTable table, long drop, RunLease lease, LoadKeeper keeper, CancellationToken cancellationToken)
    {
        try
        {
            var result = await new DropLoader(warehouse, drops, measures, limits, rows)
                .LoadAsync(table, drop, lease, cancellationToken);
            await using var connection = await warehouse.ConnectAsync(cancellationToken);
            await keeper.KeepAsync(connection, [new LoadedDrop(drop, result)], cancellationToken);
        }
        catch (DropChangedException exception)
        {
            await using var connection = await warehouse.ConnectAsync(cancellationToken);
            await keeper.LeaveOutAsync(connection, drop, exception, cancellationToken);
        }
    }

    private async Task<bool> TryLoadAsync(
        SourceTable table, IReadOnlyList<long> group, RunLease lease, LoadKeeper keeper,
        CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var recorded = await BatchStore.ReadAsync(connection, group, cancellationToken);
        var sequences = await BatchStore.NextSequencesAsync(connection, group.Count, cancellationToken);
        DropMeasure[] asked = [.. measures?[table.Name] ?? []];
        var jobs = recorded
            .Select((drop, i) => new LoadJob(table, drop, lease, sequences[i])
            {
                Measures = asked, Limits = limits ?? new DropLimits(), Rows = rows,
            })
            .ToList();
        if (await ReadAsync(jobs, cancellationToken) is not { } parts)
        {
            return false;
        }
        try
        {
            await new BatchTransaction(table, lease, parts).RunAsync(connection, keeper, cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (!exception.IsTransient)
        {
            return false;
        }
    }

    // Null when one or all of them are too large, or one is not there as it was.
    private async Task<DropPart[]?> ReadAsync(List<LoadJob> jobs, CancellationToken cancellationToken)
    {
        var parts = new DropPart?[jobs.Count];
        var bytes = 0L;
        try
        {
            await Parallel.ForAsync(
                0, jobs.Count,
                new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancellationToken },
                async (i, token) =>
                {
                    if (Interlocked.Read(ref bytes) <= MostBytes)
                    {
                        parts[i] = await DropPart.ReadAsync(jobs[i], drops, token);
                        Interlocked.Add(ref bytes, parts[i]?.Bytes ?? MostBytes + 1);
                    }
                });
        }
        catch (DropChangedException)
        {
            return null;
        }
        return parts.Any(part => part is null) ? null : [.. parts.OfType<DropPart>()];
    }
}
