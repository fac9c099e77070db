using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Discovery;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Loading;

/// <summary>
/// Loads a drop into its staging table in one transaction: read, type, COPY, merge, ledger. Either all of it is kept,
/// with a ledger row in which every row of the file is accounted for, or nothing is.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="drops">Where the files are.</param>
/// <param name="measures">By table, what checks ask of the rows; null when there are no checks.</param>
/// <param name="limits">What one drop may cost; null for the usual limits.</param>
/// <param name="rows">Takes how many rows were read since the last time; null for none.</param>
public sealed class DropLoader(
    PostgresWarehouse warehouse, IDropStore drops, ILookup<string, DropMeasure>? measures = null,
    DropLimits? limits = null, IProgress<long>? rows = null)
{
    /// <summary>
    /// Loads one drop. Drops of one table are to be loaded one after the other, in any order: the later business date
    /// wins, whenever it is loaded. Drops of different tables may be loaded at the same time.
    /// </summary>
    /// <param name="table">The contract; its staging table exists (<see cref="StagingTables"/>).</param>
    /// <param name="dropId">A row of <c>ops.drop</c> that <see cref="DropDiscovery"/> wrote. One that was loaded
    /// before is loaded again.</param>
    /// <param name="lease">The run's; checked last before the commit.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <returns>What became of the rows; a file that breaks the contract is a result, not an exception.</returns>
    /// <exception cref="DropChangedException">The file was changed or deleted since it was discovered.</exception>
    /// <exception cref="LeaseLostException">Another process has taken the run over.</exception>
    /// <exception cref="InfrastructureException">Database or storage cannot be used.</exception>
    /// <exception cref="PostgresException">A statement failed; everything was rolled back.</exception>
    public async Task<LoadResult> LoadAsync(
        SourceTable table, long dropId, RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var drop = await DropStateStore.ReadAsync(connection, dropId, cancellationToken);
        var sequence = await DropStateStore.NextSequenceAsync(connection, cancellationToken);
        var job = new LoadJob(table, drop, lease, sequence)
        {
            Measures = [.. measures?[table.Name] ?? []], Limits = limits ?? new DropLimits(), Rows = rows,
        };
        try
        {
            var result = await new DropTransaction(job, drops).RunAsync(connection, cancellationToken);
            if (result.Outcome == LoadOutcome.SameContent)
            {
                await NoteAsync(connection, job, DropState.SameContent, result.Message, cancellationToken);
            }
            return result;
        }
        catch (RefusedDropException refusal)
        {
            // One that was loaded before is still what staging holds of it.
            var state = drop.IsReload ? drop.State : DropState.Refused;
            await NoteAsync(connection, job, state, refusal.Message, cancellationToken);
            return new LoadResult
            {
                Path = drop.Path, Table = table.Name, Outcome = LoadOutcome.Refused, Message = refusal.Message,
            };
        }
    }

    // The load was rolled back; that it was tried is kept, in a small transaction of its own.
    private static async Task NoteAsync(
        NpgsqlConnection connection, LoadJob job, DropState state, string? message,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await DropStateStore.SetStateAsync(connection, job.Drop.DropId, state, message, hash: null, cancellationToken);
        await job.Lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
