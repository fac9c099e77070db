using Greenery.Staging.History;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// The statements that merge several drops of a table at once, in the order of their load sequences, as if each had
/// been loaded by itself: a row is judged against what the drop before it in the batch says of its key, and the first
/// one against the table.
/// </summary>
internal static class BatchSql
{
    /// <summary>The rows of all drops, with their lines, drops and load sequences.</summary>
    public static Task CreateIncomingAsync(
        NpgsqlConnection connection, StagingTable table, CancellationToken cancellationToken) =>
        MergeSql.CreateIncomingAsync(
            connection, table,
            $", {StagingTable.DropId} bigint not null, {StagingTable.LoadSequence} bigint not null", cancellationToken);

    /// <summary>
    /// Where the table is spread over nodes, finds what it has of the rows in a statement of its own, on their nodes.
    /// </summary>
    /// <returns>Whether it did, for <see cref="Merge"/>.</returns>
    public static async Task<bool> LocateAsync(
        NpgsqlConnection connection, StagingTable table, CancellationToken cancellationToken)
    {
        if (!table.IsSpread(connection))
        {
            return false;
        }
        await WorkTables.CreateAsAsync(
            connection, "matched",
            $"""
            select l.*, s.{StagingTable.DropId} as _was,
                ({table.Values("s")}) is not distinct from ({table.Values("l")}) as _is_same
            from ({Latest(table)}) as l
            left join {table.Name} as s on {table.KeyEquals("s", "l")}
            """, table.Contract.Distribution, table.Name, cancellationToken);
        await connection.ExecuteAsync("analyze matched", null, cancellationToken);
        return true;
    }

    private const string IsOlder = "(o.drop_date, o.sort_key) > (d.drop_date, d.sort_key)";

    private const string OfMatched =
        $"""
        located as materialized (
                select
                    l.*,
                    case
                        when l._was is null then 'insert'
                        when {IsOlder} then 'superseded'
                        when l._is_same then 'unchanged'
                        else 'update'
                    end as _found
                from matched as l
                inner join ops.drop as d on l.{StagingTable.DropId} = d.drop_id
                left join ops.drop as o on l._was = o.drop_id and o.table_name = @Name
            )
        """;

    private static string Located(StagingTable table) =>
        $"""
        latest as (
                {Latest(table)}
            ),

            located as materialized (
                select
                    l.*,
                    s.{StagingTable.DropId} as _was,
                    case
                        when s.{StagingTable.DropId} is null then 'insert'
                        when {IsOlder} then 'superseded'
                        when ({table.Values("s")}) is not distinct from ({table.Values("l")}) then 'unchanged'
                        else 'update'
                    end as _found
                from latest as l
                inner join ops.drop as d on l.{StagingTable.DropId} = d.drop_id
                left join {table.Name} as s on {table.KeyEquals("s", "l")}
                left join ops.drop as o on s.{StagingTable.DropId} = o.drop_id and o.table_name = @Name
            )
        """;

    private static string Latest(StagingTable table) =>
        $"""
        select distinct on ({table.Key}, {StagingTable.DropId}) *
        from {MergeSql.Incoming}
        order by {table.Key}, {StagingTable.DropId}, _line desc
        """;

    /// <summary>
    /// Answers the counts of each drop that has rows. A row that says the same as the one before keeps the load
    /// sequence that it finds, as with <see cref="MergeSql.Merge"/>. Parameter: Name (the table's).
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="isLocated">Whether <see cref="LocateAsync"/> has done its part.</param>
    public static string Merge(StagingTable table, bool isLocated)
    {
        var columns = SqlText.Names(table.DropColumns);
        var before = string.Join(
            ", ", table.DropColumns.Select(column => $"lag(l.{SqlText.Name(column)}) over per_key"));
        return $"""
            with {(isLocated ? OfMatched : Located(table))},

            judged as materialized (
                select
                    l.*,
                    case
                        when l._found = 'superseded' or row_number() over per_key = 1 then l._found
                        when ({before}) is not distinct from ({table.Values("l")}) then 'unchanged'
                        else 'update'
                    end as _verdict
                from located as l
                window per_key as (
                    partition by {Qualified(table, "l")}, l._found = 'superseded' order by l.{StagingTable.LoadSequence}
                )
            ),

            settled as materialized (
                select distinct on ({Qualified(table, "j")})
                    {table.Values("j")}, j.{StagingTable.DropId}, j._was,
                    max(j.{StagingTable.LoadSequence}) filter (where j._verdict in ('insert', 'update'))
                        over (partition by {Qualified(table, "j")}) as _changed
                from judged as j
                where j._verdict <> 'superseded'
                order by {Qualified(table, "j")}, j.{StagingTable.LoadSequence} desc
            ),

            {new ReplacedKeys(table.Contract).BeforeUpdate(
                "settled", "j._was is not null and j._changed is not null", "j._changed")}inserted as (
                insert into {table.Name} ({columns}, {StagingTable.DropId}, {StagingTable.LoadSequence})
                select {columns}, {StagingTable.DropId}, _changed
                from settled
                where _was is null
            ),

            updated as (
                update {table.Name} as s
                set {table.Assign("j")}, {StagingTable.DropId} = j.{StagingTable.DropId},
                    {StagingTable.LoadSequence} = j._changed
                from settled as j
                where j._was is not null and j._changed is not null and {table.KeyEquals("s", "j")}
            ),

            moved as (
                update {table.Name} as s
                set {StagingTable.DropId} = j.{StagingTable.DropId}
                from settled as j
                where j._was is not null and j._changed is null and {table.KeyEquals("s", "j")}
            )

            select
                r.{StagingTable.DropId} as drop_id,
                r.received,
                v.inserted,
                v.updated,
                v.unchanged,
                r.received - v.latest + v.superseded as superseded
            from (
                select {StagingTable.DropId}, count(*) as received
                from {MergeSql.Incoming}
                group by {StagingTable.DropId}
            ) as r
            inner join (
                select
                    {StagingTable.DropId},
                    count(*) as latest,
                    count(*) filter (where _verdict = 'insert') as inserted,
                    count(*) filter (where _verdict = 'update') as updated,
                    count(*) filter (where _verdict = 'unchanged') as unchanged,
                    count(*) filter (where _verdict = 'superseded') as superseded
                from judged
                group by {StagingTable.DropId}
            ) as v on r.{StagingTable.DropId} = v.{StagingTable.DropId}
            """;
    }

    /// <summary>Keys that one drop has with different values, by drop.</summary>
    public static string Doubled(StagingTable table) =>
        $"""
        with doubled as (
            select {StagingTable.DropId}, min(_line) as first_line, max(_line) as last_line,
                min({DuplicateKeys.KeyText(table, "i")}) as key
            from {MergeSql.Incoming} as i
            group by {StagingTable.DropId}, {table.Key}
            having count(*) > 1 and count(distinct ({table.Values("i")})) > 1
        )

        select
            {StagingTable.DropId} as drop_id,
            count(*) as keys,
            (array_agg(first_line order by first_line))[1] as first,
            (array_agg(last_line order by first_line))[1] as last,
            (array_agg(key order by first_line))[1] as key
        from doubled
        group by {StagingTable.DropId}
        """;

    /// <summary>
    /// What each drop says of the columns whose history is kept. Parameters: First and Sequence, the first and the last
    /// load of the batch.
    /// </summary>
    /// <param name="history">The history.</param>
    /// <param name="table">The table.</param>
    /// <param name="isNoted">Whether versions may be other than before although staging is the same.</param>
    public static string WriteHistory(HistoryTable history, StagingTable table, bool isNoted) =>
        $"""
        with changed as (
            {WriteAll(history, table)}
            returning {table.Key}
        ){(isNoted ? new ReplacedKeys(table.Contract).AfterHistory("changed") : "")}

        select count(*) from changed
        """;

    private static string WriteAll(HistoryTable history, StagingTable table) => history.WriteAll(
        $"""
        select distinct on ({table.Key}, {StagingTable.DropId}) {SqlText.Names(history.Columns)}, {StagingTable.DropId}
        from {MergeSql.Incoming}
        order by {table.Key}, {StagingTable.DropId}, _line desc
        """);

    private static string Qualified(StagingTable table, string alias) =>
        string.Join(", ", table.Contract.PrimaryKey.Select(column => $"{alias}.{SqlText.Name(column)}"));
}
