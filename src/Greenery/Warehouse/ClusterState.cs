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
                coalesce((
                    select sum(shard_size) from citus_shards as s
                    where s.nodename = n.nodename and s.nodeport = n.nodeport and citus_table_type = 'distributed'
                ), 0)::bigint as bytes,
                shouldhaveshards as has_shards
            from pg_dist_node as n
            left join run_command_on_all_nodes('select 1') as asked using (nodeid)
            order by groupid
            """, null, cancellationToken);
        var (distributed, references) = await connection.QueryFirstOrDefaultAsync<(long, long)>(
            """
            select count(*) filter (where citus_table_type = 'distributed'),
                count(*) filter (where citus_table_type = 'reference')
            from citus_tables
            """, null, cancellationToken);
        var skewed = await connection.QueryFirstOrDefaultAsync<SkewedTable>(
            """
            select
                table_name::text as name, column_to_column_name(logicalrelid, partkey) as column,
                sum(shard_size)::bigint as bytes, max(shard_size)::bigint as largest_bytes, count(*) as shards
            from citus_shards
            inner join pg_dist_partition on logicalrelid = table_name
            where citus_table_type = 'distributed'
            group by table_name, logicalrelid, partkey
            having sum(shard_size) >= @Large
            order by max(shard_size) * count(*) / sum(shard_size) desc
            limit 1
            """, new { Large }, cancellationToken);
        var largest = await connection.QueryFirstOrDefaultAsync<ReferenceSize>(
            """
            select table_name::text as name, max(shard_size)::bigint as bytes
            from citus_shards
            where citus_table_type = 'reference'
            group by table_name
            order by 2 desc
            limit 1
            """, null, cancellationToken);
        return new ClusterState(
            (await Cluster.VersionAsync(connection, cancellationToken))!, nodes, distributed, references, skewed,
            largest);
    }
}
