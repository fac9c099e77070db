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
    /// <summary>The column by which it is divided; null when it is not.</summary>
    public string? PartitionColumn { get; init; }

    /// <summary>Names of its partitions.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];

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
                coalesce(array_position(k.conkey, ka.attnum), 0) as keyposition,
                obj_description(c.oid, 'pg_class') as comment,
                t.partattrs[0] = a.attnum as ispartitioning,
                case when t.partattrs[0] = a.attnum then array(
                    select child.relname::text from pg_inherits
                    inner join pg_class as child on inhrelid = child.oid
                    where inhparent = c.oid
                ) end as partitions
            from pg_class as c
            inner join pg_attribute as a on c.oid = a.attrelid and a.attnum > 0 and not a.attisdropped
            left join pg_partitioned_table as t on c.oid = t.partrelid
            -- Of a divided table, each part has the key.
            left join pg_constraint as k on coalesce(nullif(t.partdefid, 0), c.oid) = k.conrelid and k.contype = 'p'
            left join pg_attribute as ka on k.conrelid = ka.attrelid and ka.attname = a.attname
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
        rows.First().Comment)
    {
        PartitionColumn = rows.FirstOrDefault(row => row.IsPartitioning == true)?.Column,
        Partitions = rows.FirstOrDefault(row => row.IsPartitioning == true)?.Partitions ?? [],
    };

    private sealed record ColumnRow
    {
        public string Table { get; init; } = "";

        public string Column { get; init; } = "";

        public string Type { get; init; } = "";

        public bool IsNotNull { get; init; }

        public int KeyPosition { get; init; }

        public string? Comment { get; init; }

        public bool? IsPartitioning { get; init; }

        public string[]? Partitions { get; init; }
    }
}
