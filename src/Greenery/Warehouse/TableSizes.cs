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
            where oid = {oid} or oid in (select inhrelid from pg_inherits where inhparent = {oid})
        )
        """;
}
