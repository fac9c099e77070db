using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// For tables of complete drops: a row is gone since the first drop after its own. That follows from the row's drop
/// and the loaded drops alone, so it comes out the same in whatever order they are loaded.
/// </summary>
internal sealed class SnapshotMarks(LoadJob job)
{
    /// <summary>To be called when the drop's rows are in the table.</summary>
    /// <param name="connection">Of the loading transaction.</param>
    /// <param name="inserted">Rows the drop has added.</param>
    /// <param name="cancellationToken">Stops the statement.</param>
    /// <exception cref="RefusedDropException">More rows would be gone at once than the contract's brake
    /// allows.</exception>
    public async Task<MarkCounts> SetAsync(
        NpgsqlConnection connection, long inserted, CancellationToken cancellationToken)
    {
        if (job.Table.Snapshot is not { } rule)
        {
            return MarkCounts.None;
        }
        var counts = await connection.QueryFirstOrDefaultAsync<MarkCounts>(
            Mark,
            new { job.Table.Name, job.Drop.DropId, job.Sequence, Inserted = inserted },
            cancellationToken);
        if (counts!.IsNewest && rule.Brake.IsExceededBy(counts.SoftDeleted, counts.Before))
        {
            throw new RefusedDropException(
                $"lacks {counts.SoftDeleted} of the {counts.Before} rows that were there, more than the {rule.Brake} "
                + "the contract lets go at once (config: snapshot); nothing of the drop was kept. Was the export cut "
                + "short? If it is right, raise the limit.");
        }
        return counts;
    }

    // The drop itself has no load in the ledger yet. All versions of a path share its place in the order.
    private string Mark =>
        $"""
        with snapshots as (
            select distinct d.drop_date, d.sort_key as path
            from ops.drop as d
            where
                d.table_name = @Name
                and (d.drop_id = @DropId or exists (select from ops.load as l where l.drop_id = d.drop_id))
        ),

        next_snapshots as (
            select drop_date, path, lead(drop_date) over (order by drop_date, path) as gone_since
            from snapshots
        ),

        marks as (
            select d.drop_id, n.gone_since
            from ops.drop as d
            inner join next_snapshots as n on d.drop_date = n.drop_date and d.sort_key = n.path
            where d.table_name = @Name
        ),

        changed as (
            update {job.Staging.Name} as s
            set {StagingTable.GoneSince} = m.gone_since, {StagingTable.LoadSequence} = @Sequence
            from marks as m
            where s.{StagingTable.DropId} = m.drop_id and s.{StagingTable.GoneSince} is distinct from m.gone_since
            returning m.gone_since
        )

        select
            (select count(*) from changed where gone_since is not null) as soft_deleted,
            (select count(*) from changed where gone_since is null) as returned,
            (select count(*) from {job.Staging.Name} where {StagingTable.GoneSince} is null) - @Inserted as before,
            (select gone_since is null from marks where drop_id = @DropId) as is_newest
        """;
}
