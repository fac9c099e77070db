namespace Greenery.Warehouse;

/// <summary>SQL for how large tables are.</summary>
internal static class TableSizes
{
    /// <summary>
    /// The rows of a table as the last analysis or vacuum found them; of a divided table, of its partitions, since
    /// PostgreSQL keeps no number for the whole. 0 when nothing is known yet.
    /// </summary>
    /// <param name="oid">SQL that gives the table.</param>
    public static string RowsOf(string oid) =>
        $"""
        (
            select coalesce(sum(greatest(reltuples, 0)), 0)
            from pg_class
            where {IsOf(oid)}
        )
        """;

    /// <summary>The bytes of a table with its indexes; of a divided table, with those of its partitions.</summary>
    /// <param name="oid">SQL that gives the table.</param>
    public static string BytesOf(string oid) =>
        $"(select coalesce(sum(pg_total_relation_size(oid)), 0) from pg_class where {IsOf(oid)})";

    private static string IsOf(string oid) =>
        $"oid = {oid} or oid in (select inhrelid from pg_inherits where inhparent = {oid})";
}
