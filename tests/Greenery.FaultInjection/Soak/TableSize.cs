using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection.Soak;

/// <summary>A table with its indexes, at one moment.</summary>
/// <param name="Name">Schema and name; all tables of versions of models are one, as are the server's own.</param>
/// <param name="Bytes">With indexes and large values.</param>
/// <param name="Rows">Counted; of the server's own tables, as it estimates them.</param>
internal sealed record TableSize(string Name, long Bytes, long Rows)
{
    private const string Statement =
        """
        with sizes as (
            select
                case nspname when 'warehouse' then 'warehouse.*' when 'pg_catalog' then 'pg_catalog.*'
                    else format('%s.%s', nspname, relname) end as name,
                pg_total_relation_size(pg_class.oid) as bytes,
                case nspname when 'pg_catalog' then greatest(reltuples, 0)::bigint
                    else (xpath('/row/c/text()', query_to_xml(
                        format('select count(*) as c from %I.%I', nspname, relname), false, true, '')))[1]::text::bigint
                    end as rows
            from pg_class
            inner join pg_namespace on pg_namespace.oid = relnamespace
            where relkind = 'r' and nspname in ('staging', 'ops', 'warehouse', 'pg_catalog')
        )
        select name, sum(bytes)::bigint as bytes, sum(rows)::bigint as rows from sizes group by name
        """;

    /// <summary>All of a database, after what is dead in them was reclaimed.</summary>
    public static async Task<IReadOnlyDictionary<string, TableSize>> AllAsync(NpgsqlConnection connection)
    {
        // As autovacuum does, at a moment that does not depend on chance; also for the server's estimates.
        await connection.ExecuteAsync("vacuum (analyze)", null, default);
        return (await connection.QueryAsync<TableSize>(Statement, null, default)).ToDictionary(table => table.Name);
    }
}
