using Npgsql;

namespace Greenery.Warehouse;

/// <summary>A server of a cluster.</summary>
/// <param name="Name">Host and port.</param>
/// <param name="IsActive">Whether the coordinator counts on it.</param>
/// <param name="IsReached">Whether it answers the coordinator.</param>
/// <param name="Bytes">Of the shards of distributed tables on it.</param>
/// <param name="HasShards">Whether distributed tables may have rows on it.</param>
public sealed record ClusterNode(string Name, bool IsActive, bool IsReached, long Bytes, bool HasShards);

/// <summary>The distributed table of which one shard is largest, compared with its other shards.</summary>
/// <param name="Name">With its schema.</param>
/// <param name="Column">The column that its rows are distributed by.</param>
/// <param name="Bytes">Of all its shards.</param>
/// <param name="LargestBytes">Of its largest shard.</param>
/// <param name="Shards">How many it has.</param>
public sealed record SkewedTable(string Name, string Column, long Bytes, long LargestBytes, long Shards)
{
    /// <summary>How many times as large its largest shard is as an average one.</summary>
    public double Skew => Bytes == 0 ? 1 : (double)LargestBytes * Shards / Bytes;
}

/// <summary>A reference table.</summary>
/// <param name="Name">With its schema.</param>
/// <param name="Bytes">Of one copy; each node has one.</param>
public sealed record ReferenceSize(string Name, long Bytes)
{
    /// <summary>Whether it should be distributed instead.</summary>
    public bool IsTooLarge => Bytes > Cluster.MostReferenceBytes;
}

/// <summary>How the tables of a cluster (Citus) lie on its nodes.</summary>
/// <param name="Version">Of Citus.</param>
/// <param name="Nodes">The coordinator among them, where it is one.</param>
/// <param name="Distributed">How many tables are distributed.</param>
/// <param name="References">How many are on every node.</param>
/// <param name="Skewed">The most uneven of the larger tables; null for none.</param>
/// <param name="LargestReference">The largest reference table; null for none.</param>
public sealed record ClusterState(
    string Version, IReadOnlyList<ClusterNode> Nodes, long Distributed, long References, SkewedTable? Skewed,
    ReferenceSize? LargestReference)
{
    // Of smaller ones, a few pages make one shard twice another.
    private const long Large = 64L << 20;

    /// <summary>The state; null where the database is on a single server.</summary>
    public static async Task<ClusterState?> ReadAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (!Cluster.Has(connection))
        {
            return null;
        }
        var nodes = await connection.QueryAsync<ClusterNode>(
            """
            select
                format('%s:%s', nodename, nodeport) as name, isactive as is_active, coalesce(success, false) as is_reached,
                0::bigint as bytes, shouldhaveshards as has_shards
            from pg_dist_node
            left join run_command_on_all_nodes('select 1') as asked using (nodeid)
            order by groupid
            """, null, cancellationToken);
        var (distributed, references) = await connection.QueryFirstOrDefaultAsync<(long, long)>(
            """
            select count(*) filter (where partmethod = 'h'), count(*) filter (where partmethod = 'n')
            from pg_dist_partition
            where not (select relispartition from pg_class where oid = logicalrelid)
            """, null, cancellationToken);
        // Each node is asked for sizes, and one that is lost waited for again.
        var shards = nodes.All(node => node.IsReached)
            ? await connection.QueryAsync<ShardSize>(
                """
                select
                    table_name::text as "table", citus_table_type = 'distributed' as is_distributed,
                    column_to_column_name(table_name, partkey) as "column", format('%s:%s', nodename, nodeport) as node,
                    coalesce(sum(shard_size), 0)::bigint as bytes, coalesce(max(shard_size), 0)::bigint as largest_bytes,
                    count(*) as shards
                from citus_shards
                inner join pg_dist_partition on logicalrelid = table_name
                group by table_name, citus_table_type, partkey, nodename, nodeport
                """, null, cancellationToken)
            : [];
        var spread = shards.Where(shard => shard.IsDistributed).ToLookup(shard => shard.Node);
        return new ClusterState(
            (await Cluster.VersionAsync(connection, cancellationToken))!,
            [.. nodes.Select(node => node with { Bytes = spread[node.Name].Sum(shard => shard.Bytes) })],
            distributed, references, SkewedOf(spread.SelectMany(shards => shards)),
            shards.Where(shard => !shard.IsDistributed)
                .Select(shard => new ReferenceSize(shard.Table, shard.LargestBytes)).MaxBy(table => table.Bytes));
    }

    private static SkewedTable? SkewedOf(IEnumerable<ShardSize> shards) => shards.GroupBy(shard => shard.Table)
        .Select(table => new SkewedTable(
            table.Key, table.First().Column!, table.Sum(shard => shard.Bytes), table.Max(shard => shard.LargestBytes),
            table.Sum(shard => shard.Shards)))
        .Where(table => table.Bytes >= Large)
        .MaxBy(table => table.Skew);

    // What a node has of a table.
    private sealed record ShardSize(
        string Table, bool IsDistributed, string? Column, string Node, long Bytes, long LargestBytes, long Shards);
}
