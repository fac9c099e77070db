using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>The columns of a table or view, in a form in which rows can be compared.</summary>
internal static class ComparableColumns
{
    /// <summary>
    /// Each column that people see, with the SQL that selects it: as it is, or as text where PostgreSQL knows no
    /// equality of its type. Floating point has 12 digits: a sum of it depends on the order of the rows.
    /// </summary>
    /// <param name="connection">Any.</param>
    /// <param name="relation">Quoted, with its schema.</param>
    public static Task<List<(string Name, string Sql)>> ReadAsync(
        NpgsqlConnection connection, string relation, CancellationToken cancellationToken) =>
        connection.QueryAsync<(string Name, string Sql)>(
            """
            select attname::text, case when typcategory = 'G' or typname in ('json', 'xml', '_json', '_xml')
                then format('%1$I::text as %1$I', attname)
                when typname in ('float4', 'float8')
                then format('to_char(%1$I, ''9.99999%2$sEEEE'') as %1$I', attname,
                    case typname when 'float8' then '999999' else '' end)
                else quote_ident(attname) end
            from pg_attribute
            inner join pg_type on pg_type.oid = atttypid
            where attrelid = @relation::regclass and attnum > 0 and not attisdropped
                and attname not in ('_run_id', '_removed_by')
            order by attnum
            """, new { relation }, cancellationToken);
}
