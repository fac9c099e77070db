using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>The statements that merge a drop into its table.</summary>
internal static class MergeSql
{
    /// <summary>The drop's rows, as they come, with their lines.</summary>
    public const string Incoming = "incoming";

    /// <summary>Creates <see cref="Incoming"/>, beside the rows of the table.</summary>
    /// <param name="more">Definitions of further columns, each after a comma.</param>
    public static Task CreateIncomingAsync(
        NpgsqlConnection connection, StagingTable table, string more, CancellationToken cancellationToken)
    {
        var columns = table.Contract.Columns.Select(column => $"{SqlText.Name(column.Name)} {column.Type.Sql}");
        return table.CreateWorkTableAsync(
            connection, Incoming,
            $"{string.Join(", ", columns)}, {StagingTable.Extra} jsonb, _line bigint not null{more}",
            cancellationToken);
    }

    /// <summary>
    /// One statement: the last row of each key is judged against the table and inserted, updated or left alone. A row
    /// that says the same as the table's moves to this drop without a new load sequence: nothing has changed, but an
    /// older drop that comes later must not override it. Parameters: DropId, Sequence, Newer (drop ids).
    /// </summary>
    public static string Merge(StagingTable table)
    {
        var columns = SqlText.Names(table.DropColumns);
        return $"""
            with latest as (
                select distinct on ({table.Key}) *
                from {Incoming}
                order by {table.Key}, _line desc
            ),

            judged as materialized (
                select
                    l.*,
                    s.{StagingTable.DropId} as _was,
                    case
                        when s.{StagingTable.DropId} is null then 'insert'
                        when s.{StagingTable.DropId} = any(@Newer) then 'superseded'
                        when ({table.Values("s")}) is not distinct from ({table.Values("l")}) then 'unchanged'
                        else 'update'
                    end as _verdict
                from latest as l
                left join {table.Name} as s on {table.KeyEquals("s", "l")}
            ),

            {new ReplacedKeys(table.Contract).BeforeUpdate("judged", "j._verdict = 'update'")}inserted as (
                insert into {table.Name} ({columns}, {StagingTable.DropId}, {StagingTable.LoadSequence})
                select {columns}, @DropId, @Sequence
                from judged
                where _verdict = 'insert'
                returning 1
            ),

            updated as (
                update {table.Name} as s
                set {table.Assign("j")}, {StagingTable.DropId} = @DropId, {StagingTable.LoadSequence} = @Sequence
                from judged as j
                where _verdict = 'update' and {table.KeyEquals("s", "j")}
                returning 1
            ),

            moved as (
                update {table.Name} as s
                set {StagingTable.DropId} = @DropId
                from judged as j
                where _verdict = 'unchanged' and _was <> @DropId and {table.KeyEquals("s", "j")}
                returning 1
            )

            select
                (select count(*) from {Incoming}) as received,
                (select count(*) from inserted) as inserted,
                (select count(*) from updated) as updated,
                (select count(*) from moved)
                + (select count(*) from judged where _verdict = 'unchanged' and _was = @DropId) as unchanged,
                (select count(*) from {Incoming}) - (select count(*) from latest)
                + (select count(*) from judged where _verdict = 'superseded') as superseded
            """;
    }
}
