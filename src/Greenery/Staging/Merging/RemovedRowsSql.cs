using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>The statements that settle rows which vanished from a drop.</summary>
internal static class RemovedRowsSql
{
    /// <summary>Rows of one earlier drop, as they come.</summary>
    public const string Earlier = "earlier";

    private const string Removed = "vanished";

    /// <summary>Creates <see cref="Earlier"/>.</summary>
    public static Task CreateEarlierAsync(
        NpgsqlConnection connection, StagingTable table, CancellationToken cancellationToken) =>
        table.CreateWorkTableAsync(connection, Earlier, $"like {MergeSql.Incoming}", cancellationToken);

    /// <summary>Creates the table of the keys of rows that vanished.</summary>
    public static Task CreateRemovedAsync(
        NpgsqlConnection connection, StagingTable table, CancellationToken cancellationToken) =>
        table.CreateWorkTableOfKeysAsync(connection, Removed, cancellationToken);

    /// <summary>
    /// Keeps the keys of rows that this path's versions hold and its present rows do not; answers how many. Reads the
    /// table once, but only when a path is loaded again. Parameter: Versions (drop ids).
    /// </summary>
    public static string Find(StagingTable table, bool hasKept) =>
        $"""
        insert into {Removed}
        select {table.Key}
        from {table.Name} as s
        where
            {StagingTable.DropId} = any(@Versions)
            and not exists (select from {MergeSql.Incoming} as i where {table.KeyEquals("s", "i")})
            {(hasKept ? $"and not exists (select from {KeptRows.Kept} as k where {table.KeyEquals("s", "k")})" : "")};

        select count(*) from {Removed}
        """;

    /// <summary>
    /// Gives vanished rows the values of the drop in <see cref="Earlier"/>; answers how many it knew. A row that says
    /// the same as before keeps its load sequence. Parameters: DropId (the earlier drop's), Sequence.
    /// </summary>
    public static string Restore(StagingTable table) =>
        $"""
        with latest as (
            select distinct on ({table.Key}) *
            from {Earlier}
            order by {table.Key}, _line desc
        ),

        known as (
            delete from {Removed} as v
            using latest as l
            where {table.KeyEquals("v", "l")}
            returning l.*
        ),

        {new ReplacedKeys(table.Contract).BeforeUpdate("known", "true")}restored as (
            update {table.Name} as s
            set
                {table.Assign("k")},
                {StagingTable.DropId} = @DropId,
                {StagingTable.LoadSequence} = case
                    when ({table.Values("s")}) is not distinct from ({table.Values("k")})
                        then s.{StagingTable.LoadSequence}
                    else @Sequence
                end
            from known as k
            where {table.KeyEquals("s", "k")}
            returning 1
        )

        select count(*) from restored
        """;

    /// <summary>
    /// Notes the rows that are left, for models that follow the table; null when there are none. Parameter: Sequence.
    /// </summary>
    public static string? Note(StagingTable table) => new ReplacedKeys(table.Contract).BeforeRemoval(Removed);

    /// <summary>Takes the rows that are left out of the table.</summary>
    public static string Remove(StagingTable table) =>
        $"delete from {table.Name} as s using {Removed} as v where {table.KeyEquals("s", "v")}";
}
