using System.Security.Cryptography;
using System.Text;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.History;

/// <summary>
/// Names and SQL of a table's history. What each drop said of a key is kept as an observation; the versions are
/// computed from them in the order of the drops, and so come out the same in whatever order these were loaded.
/// </summary>
internal sealed class HistoryTable(SourceTable table)
{
    /// <summary>
    /// The drop that said it: the first one of its path, whose place in the order all its versions share.
    /// </summary>
    public const string DropId = StagingTable.DropId;

    private readonly string _key = SqlText.Names(table.PrimaryKey);
    private readonly string _columns = SqlText.Names(table.History);

    public SourceTable Contract => table;

    public string ObservedName { get; } = table.ObservedName;

    /// <summary>One row per key and path: quoted, with its schema.</summary>
    public string Observed { get; } = SqlText.Name(StagingTable.Schema, $"{table.Name}_observation");

    /// <summary>The view people and models read.</summary>
    public string View { get; } = SqlText.Name(StagingTable.Schema, table.HistoryName);

    /// <summary>The key's and the kept columns.</summary>
    public IReadOnlyList<string> Columns { get; } = [.. table.PrimaryKey, .. table.History];

    /// <summary>Tells whether the view in the database is this one.</summary>
    public string Mark => $"Made by Greenery from sources.yml "
        + $"({Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Select)))[..16]}).";

    // Drop first: a drop's observations are appended to the index and found together; no load looks for a key. A
    // model by key that reads the history has an index by key made.
    public string CreateObserved =>
        $"""
        create table {Observed} (
            {string.Join(", ", Columns.Select(Define))},
            {DropId} bigint not null,
            primary key ({DropId}, {_key})
        )
        """;

    public string CreateView => $"create or replace view {View} as {Select}";

    /// <summary>The view's columns. New ones go last: a view can only be replaced by a longer one.</summary>
    public IReadOnlyList<string> ViewColumns => [.. Columns, .. SourceTable.Validity];

    /// <summary>What staging says now, as far as nothing else is known.</summary>
    public string Seed =>
        $"""
        insert into {Observed} ({_key}, {_columns}, {DropId})
        select {Qualified("s", Columns)}, p.drop_id
        from {SqlText.Name(StagingTable.Schema, table.Name)} as s
        inner join ops.drop as d on s.{StagingTable.DropId} = d.drop_id
        inner join (select path, min(drop_id) as drop_id from ops.drop group by path) as p on d.path = p.path
        on conflict do nothing
        """;

    /// <summary>A column that was not kept so far counts as never changed.</summary>
    public string Fill(string column) =>
        $"""
        update {Observed} as o
        set {SqlText.Name(column)} = s.{SqlText.Name(column)}
        from {SqlText.Name(StagingTable.Schema, table.Name)} as s
        where o.{SqlText.Name(column)} is null and {KeyEquals("o", "s")}
        """;

    /// <summary>Whether the path was observed before. Parameter: Place.</summary>
    public string IsObserved => $"select exists (select 1 from {Observed} where {DropId} = @Place limit 1)";

    /// <summary>The drop that a path's rows are observed by: its first one.</summary>
    public static Task<long> PlaceAsync(
        NpgsqlConnection connection, string path, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(
            "select min(drop_id) from ops.drop where path = @path", new { path }, cancellationToken);

    /// <summary>
    /// Takes out what the path's file does not have any more. Parameter: Place. Answers how many rows.
    /// </summary>
    /// <param name="source">The file's rows.</param>
    /// <param name="bad">The keys of its quarantined rows, which the file has; null when there are none.</param>
    public string Forget(string source, string? bad) =>
        $"""
        delete from {Observed} as o
        where {IsLacking(source)}
            {(bad is null ? "" : $"and not exists (select from {bad} as b where {KeyEquals("o", "b")})")}
        """;

    /// <summary>
    /// Counts what the path's file does not have any more and may be in quarantine. Parameters: Place, IsAny (a key of
    /// a quarantined row cannot be read).
    /// </summary>
    public string CountKept(string source, string bad) =>
        $"""
        select count(*)
        from {Observed} as o
        where {IsLacking(source)}
            and (@IsAny or exists (select from {bad} as b where {KeyEquals("o", "b")}))
        """;

    private string IsLacking(string source) =>
        $"o.{DropId} = @Place and not exists (select from {source} as l where {KeyEquals("o", "l")})";

    /// <summary>Writes what the file says, where that is new. Parameter: Place. Answers how many rows.</summary>
    /// <param name="rows">A query for the file's rows, one a key.</param>
    public string Write(string rows) => WriteFrom(
        $"""
        select {_key}, {_columns}, @Place
        from ({rows}) as l
        """);

    /// <summary>Writes what the files of several drops say, each of another path.</summary>
    /// <param name="rows">A query for the files' rows, one a key and drop, with the drop.</param>
    public string WriteAll(string rows) => WriteFrom(
        $"""
        select {_key}, {_columns}, p.drop_id
        from ({rows}) as l
        inner join (
            select d.drop_id as loaded_id, (select min(f.drop_id) from ops.drop as f where f.path = d.path) as drop_id
            from ops.drop as d
        ) as p on l.{DropId} = p.loaded_id
        """);

    private string WriteFrom(string rows) =>
        $"""
        insert into {Observed} as o ({_key}, {_columns}, {DropId})
        {rows}
        on conflict ({DropId}, {_key}) do update
        set {string.Join(", ", table.History.Select(column => $"{SqlText.Name(column)} = excluded.{SqlText.Name(column)}"))}
        where row({Qualified("o", table.History)}) is distinct from row({Qualified("excluded", table.History)})
        """;

    private string Select => table.Snapshot is null ? SelectVersions : SelectVersionsWithGaps;

    // A version lasts until the next drop that says otherwise.
    private string SelectVersions =>
        $"""
        with observed as (
            select {Qualified("o", Columns)}, d.drop_date as _date, d.sort_key as _path
            from {Observed} as o
            inner join ops.drop as d on o.{DropId} = d.drop_id
        ),

        compared as (
            select *, {IsOther} as _is_new
            from observed
            window per_key as (partition by {_key} order by _date, _path)
        )

        select
            {_key}, {_columns}, _date as valid_from,
            lead(_date) over (partition by {_key} order by _date, _path) as valid_to,
            case
                when row_number() over (partition by {_key} order by _date, _path) = 1 then '-infinity' else _date
            end as valid_from_or_start
        from compared
        where _is_new
        """;

    // The drops of a date are the complete table, so a version ends also with the first complete date that lacks the
    // key. Of the drops of one date the last one that has the key says what it is.
    private string SelectVersionsWithGaps =>
        $"""
        with dates as (
            select
                drop_date as _date,
                min(drop_date) filter (where is_complete) over later as _next_date,
                count(*) filter (where is_complete) over earlier as _complete_before,
                count(*) filter (where is_complete) over (order by drop_date) as _complete_through
            from ops.snapshot
            where table_name = {SqlText.Literal(table.Name)}
            window
                -- Backwards: a frame that ends with the last row is computed anew for each row.
                later as (order by drop_date desc rows between unbounded preceding and 1 preceding),
                earlier as (order by drop_date rows between unbounded preceding and 1 preceding)
        ),

        observed as (
            select distinct on ({Qualified("o", table.PrimaryKey)}, n._date)
                {Qualified("o", Columns)}, n._date, n._next_date, n._complete_before, n._complete_through
            from {Observed} as o
            inner join ops.drop as d on o.{DropId} = d.drop_id
            inner join dates as n on d.drop_date = n._date
            order by {Qualified("o", table.PrimaryKey)}, n._date, d.sort_key desc
        ),

        compared as (
            select *, {IsOther} or lag(_complete_through) over per_key <> _complete_before as _is_new
            from observed
            window per_key as (partition by {_key} order by _date)
        ),

        grouped as (
            select *, count(*) filter (where _is_new) over (partition by {_key} order by _date) as _version
            from compared
        ),

        versions as (
            select
                {_key}, {_columns}, _version, min(_date) as _from,
                case when bool_and(_next_date is not null) then max(_next_date) end as _to
            from grouped
            group by {_key}, {_columns}, _version
        )

        select
            {_key}, {_columns}, _from as valid_from,
            least(_to, lead(_from) over (partition by {_key} order by _version)) as valid_to,
            case when _version = 1 then '-infinity' else _from end as valid_from_or_start
        from versions
        """;

    private string IsOther
    {
        get
        {
            var before = table.History.Select(column => $"lag({SqlText.Name(column)}) over per_key");
            return $"row_number() over per_key = 1 or row({_columns}) is distinct from row("
                + $"{string.Join(", ", before)})";
        }
    }

    private string KeyEquals(string a, string b) => new StagingTable(table).KeyEquals(a, b);

    private static string Qualified(string alias, IEnumerable<string> columns) =>
        string.Join(", ", columns.Select(column => $"{alias}.{SqlText.Name(column)}"));

    /// <summary>The column as the contract types it; what is kept may be null unless it is the key.</summary>
    public string Define(string name) => $"{SqlText.Name(name)} {TypeOf(name).Sql}";

    public ColumnType TypeOf(string name) => table.Columns.First(column => column.Name == name).Type;
}
