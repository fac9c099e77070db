using Greenery.Staging.Parsing;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// For an empty table: rows go straight into it without an index, and its key is built afterwards. When a key occurs
/// twice that fails (unique_violation), and the drop is loaded anew by <see cref="MergeTarget"/>.
/// </summary>
internal sealed class BulkTarget(LoadJob job) : RowTarget
{
    private const long Smallest = 1024 * 1024;

    protected override RowTrailer Trailer { get; } = RowTrailer.Load(job.Drop.DropId, job.Sequence);

    protected override string Receiver => job.Staging.Name;

    /// <summary>
    /// Whether it is worth it, and nothing else depends on the table's key. The table is locked until the load commits,
    /// so one that has held rows, and may have readers, is merged into.
    /// </summary>
    public static async Task<bool> FitsAsync(
        NpgsqlConnection connection, LoadJob job, CancellationToken cancellationToken) =>
        job.Drop.Bytes >= Smallest
        // Which partitions it needs is known when its rows are there.
        && job.Staging.Partitions is null
        && await connection.ExecuteScalarAsync<bool>(
            """
            select
                (@IsReload or not exists (select from ops.source_state where table_name = @Table))
                and not exists (
                    select
                    from pg_constraint as c
                    inner join pg_depend as d on d.refclassid = 'pg_constraint'::regclass and d.refobjid = c.oid
                    where c.conrelid = @Name::regclass and c.contype = 'p' and d.deptype = 'n'
                )
            """,
            new { job.Staging.Name, Table = job.Table.Name, job.Drop.IsReload },
            cancellationToken)
        && await connection.ExecuteScalarAsync<bool>(
            $"select not exists (select 1 from {job.Staging.Name} limit 1)", null, cancellationToken);

    public override Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            set local lock_timeout = '{TableChanges.LockTimeout}';
            {job.Staging.DropKey};
            drop index if exists {SqlText.Name(StagingTable.Schema)}.{job.Staging.SequenceIndexName};
            truncate {job.Staging.Name};
            set local lock_timeout = 0
            """,
            null,
            cancellationToken);

    public override async Task<RowCounts> FinishAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            set local maintenance_work_mem = '256MB';
            {job.Staging.AddKey};
            {job.Staging.AddSequenceIndex};
            analyze {job.Staging.Name}
            """,
            null,
            cancellationToken);
        var rows = await connection.ExecuteScalarAsync<long>(
            $"select count(*) from {job.Staging.Name}", null, cancellationToken);
        return new RowCounts(rows, rows, 0, 0, 0);
    }
}
