using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Loading;

/// <summary>
/// Which drops of a table are loaded together. Only where that is the same as loading one after the other: each path
/// is loaded for the first time, and neither a complete date nor a refused double key depends on a drop before it in
/// the batch.
/// </summary>
internal static class BatchPlan
{
    /// <summary>A larger drop is loaded by itself: what a transaction costs is little beside its rows.</summary>
    public const long SmallBytes = 1024 * 1024;

    private const int MostDrops = 1000;
    private const long MostBytes = 8 * 1024 * 1024;

    /// <summary>Groups of drops, in the order given.</summary>
    /// <param name="connection">To the ledger.</param>
    /// <param name="table">Their contract.</param>
    /// <param name="dropIds">In the order in which they are to be loaded.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<List<IReadOnlyList<long>>> ReadAsync(
        NpgsqlConnection connection, SourceTable table, IReadOnlyList<long> dropIds,
        CancellationToken cancellationToken)
    {
        if (table.Snapshot is not null || table.RefusesDuplicateKeys || dropIds.Count < 2)
        {
            return [.. dropIds.Select(drop => (IReadOnlyList<long>)[drop])];
        }
        var small = await connection.QueryAsync<(long DropId, long Bytes)>(
            """
            select d.drop_id, d.bytes
            from ops.drop as d
            where
                d.drop_id = any(@dropIds)
                and d.bytes < @SmallBytes
                and d.state in ('pending', 'refused')
                and not exists (
                    select
                    from ops.drop as v
                    inner join ops.load as l on v.drop_id = l.drop_id
                    where v.path = d.path
                )
            """,
            new { dropIds = dropIds.ToArray(), SmallBytes }, cancellationToken);
        return [.. Group(dropIds, small.ToDictionary(drop => drop.DropId, drop => drop.Bytes))];
    }

    private static IEnumerable<IReadOnlyList<long>> Group(
        IReadOnlyList<long> dropIds, Dictionary<long, long> smallBytes)
    {
        var group = new List<long>();
        var bytes = 0L;
        foreach (var drop in dropIds)
        {
            var isSmall = smallBytes.TryGetValue(drop, out var size);
            if (group.Count > 0 && (!isSmall || group.Count == MostDrops || bytes + size > MostBytes))
            {
                yield return group;
                (group, bytes) = ([], 0);
            }
            if (isSmall)
            {
                group.Add(drop);
                bytes += size;
            }
            else
            {
                yield return [drop];
            }
        }
        if (group.Count > 0)
        {
            yield return group;
        }
    }
}
