using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging;

/// <summary>A table or view of schema staging as it is in the database.</summary>
/// <param name="Columns">In the table's order: types by name, as PostgreSQL formats them, and whether they are not
/// null.</param>
/// <param name="Key">The key's columns, in order.</param>
/// <param name="Comment">What the database says of it; null when it says nothing.</param>
internal sealed record ExistingTable(
    IReadOnlyDictionary<string, (string Type, bool IsNotNull)> Columns, IReadOnlyList<string> Key, string? Comment)
{
    /// <summary>All tables of the schema, by name.</summary>
    public static async Task<Dictionary<string, ExistingTable>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<ColumnRow>(
            """
            select
                c.relname as "table",
                a.attname as "column",
                format_type(a.atttypid, a.atttypmod) as type,
                a.attnotnull as isnotnull,
                coalesce(array_position(k.conkey, a.attnum), 0) as keyposition,
                obj_description(c.oid, 'pg_class') as comment
            from pg_class as c
            inner join pg_attribute as a on c.oid = a.attrelid and a.attnum > 0 and not a.attisdropped
            left join pg_constraint as k on c.oid = k.conrelid and k.contype = 'p'
            where c.relnamespace = 'staging'::regnamespace and c.relkind in ('r', 'p', 'v')
            order by c.relname, a.attnum
            """,
            null,
            cancellationToken);
        return rows.GroupBy(row => row.Table).ToDictionary(group => group.Key, From, StringComparer.Ordinal);
    }

    private static ExistingTable From(IEnumerable<ColumnRow> rows) => new(
        rows.ToDictionary(row => row.Column, row => (row.Type, row.IsNotNull), StringComparer.Ordinal),
        [.. rows.Where(row => row.KeyPosition > 0).OrderBy(row => row.KeyPosition).Select(row => row.Column)],
        rows.First().Comment);

    private sealed record ColumnRow
    {
        public string Table { get; init; } = "";

        public string Column { get; init; } = "";

        public string Type { get; init; } = "";

        public bool IsNotNull { get; init; }

        public int KeyPosition { get; init; }

        public string? Comment { get; init; }
    }
}
