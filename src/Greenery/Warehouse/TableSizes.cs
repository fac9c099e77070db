using Npgsql;

namespace Greenery.Warehouse;

/// <summary>SQL for how large tables are.</summary>
internal static class TableSizes
{
    /// <summary>
    /// The rows of a table as the last analysis or vacuum found them; of a divided table, of its partitions, since
    /// PostgreSQL keeps no number for the whole; of one that lies on the nodes of a cluster, of what it has there. 0
    /// when nothing is known yet, and for a table that is not there.
    /// </summary>
    /// <param name="connection">Any.</param>
    /// <param name="table">Quoted, with its schema.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<double> RowsAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        await Cluster.FindAsync(connection, table, cancellationToken) is null
            ? await connection.ExecuteScalarAsync<double>(
                $"""
                select coalesce(sum(greatest(reltuples, 0)), 0)::double precision
                from pg_class
                where {IsOf("to_regclass(@table)")}
                """, new { table }, cancellationToken)
            : await connection.ExecuteScalarAsync<double>(
                $"""
                -- Of a node that is not reached the result is a message; what reads the table next says so.
                select coalesce(sum(case when success then greatest(result::double precision, 0) end), 0)
                from (select oid::regclass as part from pg_class where {IsOf("to_regclass(@table)")}) as parts
                cross join lateral run_command_on_shards(
                    part, 'select reltuples from pg_class where oid = ''%s''::regclass') as of_shard
                """, new { table }, cancellationToken);

    /// <summary>The bytes of a table with its indexes; of a divided table, with those of its partitions.</summary>
    /// <param name="oid">SQL that gives the table.</param>
    public static string BytesOf(string oid) =>
        $"(select coalesce(sum(pg_total_relation_size(oid)), 0) from pg_class where {IsOf(oid)})";

    private static string IsOf(string oid) =>
        $"oid = {oid} or oid in (select inhrelid from pg_inherits where inhparent = {oid})";
}
