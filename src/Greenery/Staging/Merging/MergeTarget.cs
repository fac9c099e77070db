using Greenery.Staging.Parsing;
using Greenery.Staging.Partitions;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// For any table: rows go into a temporary table, and from there into staging, each by its key. Its cost follows the
/// drop, not the table.
/// </summary>
internal sealed class MergeTarget(LoadJob job) : RowTarget
{
    // A drop this much smaller than the table looks its keys up in the index; hashing would read the whole table.
    private const int MuchSmaller = 10;

    protected override RowTrailer Trailer { get; } = RowTrailer.Line;

    protected override string Receiver => MergeSql.Incoming;

    public override Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        MergeSql.CreateIncomingAsync(connection, job.Staging, more: "", cancellationToken);

    public override async Task<RowCounts> FinishAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (expired, note) = await DivideAsync(connection, cancellationToken);
        await PlanAsync(connection, job.Staging, cancellationToken);
        var newer = await DropStateStore.NewerAsync(connection, job, cancellationToken);
        var isJudged = await MergeSql.JudgeAsync(connection, job.Staging, newer, cancellationToken);
        var counts = await connection.QueryFirstOrDefaultAsync<RowCounts>(
            MergeSql.Merge(job.Staging, isJudged, Cluster.Has(connection)),
            new { job.Drop.DropId, job.Sequence, Newer = newer.ToArray() },
            cancellationToken);
        await connection.ExecuteAsync(EndPlan, null, cancellationToken);
        return counts! with { Expired = expired, Note = note };
    }

    private async Task<(long Expired, string? Note)> DivideAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (job.Staging.Partitions is not { } partitions)
        {
            return (0, null);
        }
        var bound = await RetentionBound.ReadAsync(
            connection, job.Table, job.Lease.RunId, job.Drop.Date, cancellationToken);
        var rows = new PartitionedRows(job.Staging, partitions, MergeSql.Incoming);
        var counts = (await rows.PrepareAsync(connection, "0::bigint", "_line desc", bound, cancellationToken))
            .GetValueOrDefault(0);
        return (counts?.Expired ?? 0, rows.Note(counts, bound));
    }

    /// <summary>What follows a merge reads the incoming rows, which have no index.</summary>
    public const string EndPlan =
        "set local enable_hashjoin to default; set local enable_mergejoin to default";

    /// <summary>Prepares the transaction for merging what is in <see cref="MergeSql.Incoming"/>.</summary>
    public static async Task PlanAsync(
        NpgsqlConnection connection, StagingTable staging, CancellationToken cancellationToken)
    {
        var incoming = await connection.ExecuteScalarAsync<long>(
            $"select count(*) from {MergeSql.Incoming}", null, cancellationToken);
        var isMuchSmaller =
            incoming * MuchSmaller < await TableSizes.RowsAsync(connection, staging.Name, cancellationToken);
        // The drop is sorted by its key, so that neighbours in the index are looked up and written together; up to this
        // much of it without a temporary file.
        await connection.ExecuteAsync("set local work_mem = '64MB'", null, cancellationToken);
        if (staging.IsSpread(connection))
        {
            // What nodes send each other has no index, and is joined in the same statements.
            await connection.ExecuteAsync($"analyze {MergeSql.Incoming}", null, cancellationToken);
        }
        else if (isMuchSmaller)
        {
            await connection.ExecuteAsync(
                "set local enable_hashjoin = off; set local enable_mergejoin = off", null, cancellationToken);
        }
    }
}
