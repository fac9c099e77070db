using System.Globalization;
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
    /// Where the table is spread over nodes, judges the rows in a statement of its own, each on its node.
    /// </summary>
    /// <param name="connection">In the transaction that has <see cref="Incoming"/>.</param>
    /// <param name="table">The table.</param>
    /// <param name="newer">Drops that are newer than this one.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    /// <returns>Whether they are judged, for <see cref="Merge"/>.</returns>
    public static async Task<bool> JudgeAsync(
        NpgsqlConnection connection, StagingTable table, IEnumerable<long> newer, CancellationToken cancellationToken)
    {
        if (!table.IsSpread(connection))
        {
            return false;
        }
        var drops = string.Join(", ", newer.Select(drop => drop.ToString(CultureInfo.InvariantCulture)));
        await WorkTables.CreateAsAsync(
            connection, "judged", Judged(table, $"({Latest(table)})", $"array[{drops}]::bigint[]"),
            table.Contract.Distribution, table.Name, cancellationToken);
        await connection.ExecuteAsync("analyze judged", null, cancellationToken);
        return true;
    }

    private static string Latest(StagingTable table) =>
        $"""
        select distinct on ({table.Key}) *
        from {Incoming}
        order by {table.Key}, _line desc
        """;

    private static string Judged(StagingTable table, string latest, string newer) =>
        $"""
        select
            l.*,
            s.{StagingTable.DropId} as _was,
            case
                when s.{StagingTable.DropId} is null then 'insert'
                when s.{StagingTable.DropId} = any({newer}) then 'superseded'
                when ({table.Values("s")}) is not distinct from ({table.Values("l")}) then 'unchanged'
                else 'update'
            end as _verdict
        from {latest} as l
        left join {table.Name} as s on {table.KeyEquals("s", "l")}
        """;

    /// <summary>
    /// One statement: the last row of each key is judged against the table and inserted, updated or left alone. A row
    /// that says the same as the table's moves to this drop without a new load sequence: nothing has changed, but an
    /// older drop that comes later must not override it. Parameters: DropId, Sequence, Newer (drop ids).
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="isJudged">Whether <see cref="JudgeAsync"/> has done its part.</param>
    /// <param name="onCluster">
    /// Whether rows are counted as they were judged, and not as they were written: of a reference table, Citus 13.2 now
    /// and then returns some of the written rows twice.
    /// </param>
    public static string Merge(StagingTable table, bool isJudged, bool onCluster)
    {
        var columns = SqlText.Names(table.DropColumns);
        string Written(string part, string verdict) => onCluster ? $"judged where {verdict}" : part;
        var judged = isJudged ? "" :
            $"""
            latest as (
                {Latest(table)}
            ),

            judged as materialized (
                {Judged(table, "latest", "@Newer")}
            ),

            """;
        return $"""
            with {judged}{new ReplacedKeys(table.Contract).BeforeUpdate("judged", "j._verdict = 'update'")}inserted as (
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
                (select count(*) from {Written("inserted", "_verdict = 'insert'")}) as inserted,
                (select count(*) from {Written("updated", "_verdict = 'update'")}) as updated,
                (select count(*) from {Written("moved", "_verdict = 'unchanged' and _was <> @DropId")})
                + (select count(*) from judged where _verdict = 'unchanged' and _was = @DropId) as unchanged,
                (select count(*) from {Incoming}) - (select count(*) from {(isJudged ? "judged" : "latest")})
                + (select count(*) from judged where _verdict = 'superseded') as superseded
            """;
    }
}
