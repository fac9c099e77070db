using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging;

/// <summary>
/// What rows that were updated or removed had in the columns by which models by key follow changes
/// (<see cref="SourceTable.FollowedColumns"/>): without it, the key that a row has left could not be found any more.
/// One row per load and values, in <c>staging.&lt;table&gt;_replaced</c>.
/// </summary>
internal sealed class ReplacedKeys(SourceTable table)
{
    private readonly StagingTable _staging = new(table);

    /// <summary>The table's name without its schema.</summary>
    public string TableName => table.ReplacedName;

    /// <summary>Quoted, with its schema.</summary>
    public string Name => SqlText.Name(StagingTable.Schema, TableName);

    /// <summary>Whether any model follows changes of the table.</summary>
    public bool IsKept => table.FollowedColumns.Count > 0;

    // An update cannot change what identifies the row.
    private bool CanChange => table.FollowedColumns.Except(table.PrimaryKey).Any();

    private string Columns => SqlText.Names(table.FollowedColumns);

    /// <summary>
    /// An expression of a <c>with</c> clause that notes the rows of the staging table <c>s</c> before an update, and a
    /// comma; empty when there is nothing to note. Parameter: Sequence.
    /// </summary>
    /// <param name="updated">A table of the rows to come, as <c>j</c>.</param>
    /// <param name="condition">Which of them are updates.</param>
    /// <param name="sequence">The load that updates a row.</param>
    public string BeforeUpdate(string updated, string condition, string sequence = "@Sequence") => !CanChange ? "" :
        $"""
        noted as (
            insert into {Name} ({Columns}, {StagingTable.LoadSequence})
            select distinct {Of("s")}, {sequence}
            from {updated} as j
            inner join {_staging.Name} as s on {_staging.KeyEquals("s", "j")}
            where {condition} and ({Of("s")}) is distinct from ({Of("j")})
        ),

        """;

    /// <summary>
    /// A statement that notes rows before they are removed; null when no model follows the table. Parameter: Sequence.
    /// </summary>
    /// <param name="removed">A table of their keys.</param>
    public string? BeforeRemoval(string removed) => !IsKept ? null :
        $"""
        insert into {Name} ({Columns}, {StagingTable.LoadSequence})
        select distinct {Of("s")}, @Sequence
        from {_staging.Name} as s
        inner join {removed} as v on {_staging.KeyEquals("s", "v")}
        """;

    /// <summary>
    /// An expression of a <c>with</c> clause that notes rows of which the history has changed and the row itself has
    /// not, with a comma before it. Parameters: First and
    /// Sequence, the first and the last of the loads.
    /// </summary>
    /// <param name="changed">A table of their keys.</param>
    public string AfterHistory(string changed) => !IsKept ? "" :
        $"""
        ,

        noted as (
            insert into {Name} ({Columns}, {StagingTable.LoadSequence})
            select distinct {Of("s")}, @Sequence
            from {changed} as c
            inner join {_staging.Name} as s on {_staging.KeyEquals("s", "c")}
            where s.{StagingTable.LoadSequence} not between @First and @Sequence
        )
        """;

    /// <summary>What has to be done so that the values of all followed columns can be noted.</summary>
    /// <param name="existing">The table as it is; null when there is none.</param>
    public IEnumerable<string> Statements(ExistingTable? existing)
    {
        var columns = table.Columns.Where(column => table.FollowedColumns.Contains(column.Name)).ToList();
        if (columns.Count > 0 && existing is null)
        {
            yield return $"""
                create table {Name} (
                    {string.Concat(columns.Select(column => $"{SqlText.Name(column.Name)} {column.Type.Sql}, "))}
                    {StagingTable.LoadSequence} bigint not null
                )
                """;
            yield return $"create index on {Name} ({StagingTable.LoadSequence})";
        }
        foreach (var column in columns.Where(column => existing?.Columns.ContainsKey(column.Name) == false))
        {
            yield return $"alter table {Name} add column {SqlText.Name(column.Name)} {column.Type.Sql}";
        }
    }

    /// <summary>
    /// Writes down since which load the columns are followed. Those that no model follows any more are forgotten: their
    /// values are not noted from now on. A table that was made anew has lost what it knew, so that only what is built
    /// after its first load can follow changes.
    /// </summary>
    /// <param name="connection">Of the transaction that changes the tables.</param>
    /// <param name="isNew">Whether the staging table was created just now.</param>
    /// <param name="cancellationToken">Stops the statement.</param>
    public Task<int> FollowAsync(NpgsqlConnection connection, bool isNew, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            delete from ops.followed_column
            where table_name = @Name and (@isNew or column_name <> all(@Columns));

            insert into ops.followed_column (table_name, column_name, since_seq)
            select
                @Name,
                column_name,
                case when @isNew then 1 else 0 end + (select coalesce(max(load_seq), 0) from ops.source_state)
            from unnest(@Columns) as column_name
            on conflict (table_name, column_name) do nothing
            """,
            new { table.Name, isNew, Columns = table.FollowedColumns.ToArray() }, cancellationToken);

    /// <summary>Removes for good what was noted up to a load; what is older cannot be asked for any more.</summary>
    public static Task<int> ForgetAsync(
        NpgsqlConnection connection, string table, long untilSequence, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            delete from {SqlText.Name(StagingTable.Schema, $"{table}_replaced")}
            where {StagingTable.LoadSequence} <= @untilSequence;

            update ops.followed_column set since_seq = @untilSequence
            where table_name = @table and since_seq < @untilSequence
            """, new { table, untilSequence }, cancellationToken);

    private string Of(string alias) =>
        string.Join(", ", table.FollowedColumns.Select(column => $"{alias}.{SqlText.Name(column)}"));
}
