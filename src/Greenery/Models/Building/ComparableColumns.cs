using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>A column in a form in which its values can be compared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sql">Selects it under its name: as it is, or as text.</param>
/// <param name="Type">PostgreSQL's name of its type.</param>
internal sealed record ComparableColumn(string Name, string Sql, string Type)
{
    /// <summary>The SQL that shows a value, as it was before it was made comparable.</summary>
    /// <param name="alias">Of the rows.</param>
    public string Shown(string alias)
    {
        var value = $"{alias}.{SqlText.Name(Name)}";
        // Of a value that is no number, to_char makes "#".
        return Type is "float4" or "float8"
            ? $"case when {value} ~ '#' then {value} else {value}::float8::text end" : $"{value}::text";
    }
}

/// <summary>The columns of a table, view or select, in a form in which rows can be compared.</summary>
internal static class ComparableColumns
{
    /// <summary>SQL: of the pipeline's own columns, which people do not see.</summary>
    private const string Hidden = "('_run_id', '_removed_by')";

    private const string Form =
        """
        case when typcategory = 'G' or typname in ('json', 'xml', '_json', '_xml')
            then format('%1$I::text as %1$I', attname)
            when typname in ('float4', 'float8')
            then format('to_char(%1$I, ''9.99999%2$sEEEE'') as %1$I', attname,
                case typname when 'float8' then '999999' else '' end)
            else quote_ident(attname) end
        """;

    /// <summary>
    /// Each column that people see, with the SQL that selects it: as it is, or as text where PostgreSQL knows no
    /// equality of its type. Floating point has 12 digits: a sum of it depends on the order of the rows.
    /// </summary>
    /// <param name="connection">Any.</param>
    /// <param name="relation">Quoted, with its schema.</param>
    public static Task<List<ComparableColumn>> ReadAsync(
        NpgsqlConnection connection, string relation, CancellationToken cancellationToken) =>
        connection.QueryAsync<ComparableColumn>(
            $"""
            select attname::text as name, {Form} as sql, typname::text as type
            from pg_attribute
            inner join pg_type on pg_type.oid = atttypid
            where attrelid = @relation::regclass and attnum > 0 and not attisdropped and attname not in {Hidden}
            order by attnum
            """, new { relation }, cancellationToken);

    /// <summary>As <see cref="ReadAsync"/>, of a select that no relation has been made of.</summary>
    /// <param name="connection">Resolves its names.</param>
    /// <param name="select">Is not evaluated.</param>
    public static async Task<List<ComparableColumn>> OfSelectAsync(
        NpgsqlConnection connection, string select, CancellationToken cancellationToken)
    {
        var columns = new List<(string Name, long Type)>();
        await using (var command = new NpgsqlCommand($"select * from ({select}\n) as version limit 0", connection))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            for (var i = 0; i < reader.FieldCount; i++)
            {
                columns.Add((reader.GetName(i), reader.GetDataTypeOID(i)));
            }
        }
        return await connection.QueryAsync<ComparableColumn>(
            $"""
            select attname as name, {Form} as sql, typname::text as type
            from unnest(@names, @types) with ordinality as col (attname, type_oid, place)
            inner join pg_type on pg_type.oid = type_oid::oid
            where attname not in {Hidden}
            order by place
            """,
            new
            {
                names = columns.Select(column => column.Name).ToArray(),
                types = columns.Select(column => column.Type).ToArray(),
            }, cancellationToken);
    }
}
