using Greenery.Sources;
using Greenery.Staging.Partitions;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging;

/// <summary>Names and SQL of a table in schema staging.</summary>
internal sealed class StagingTable(SourceTable table)
{
    public const string Schema = "staging";

    /// <summary>What the drop held beyond the contract.</summary>
    public const string Extra = "_extra";

    /// <summary>The drop whose row this is.</summary>
    public const string DropId = "_drop_id";

    /// <summary>The load that last changed the row.</summary>
    public const string LoadSequence = "_load_seq";

    /// <summary>
    /// Tables of complete drops only: the date of the first drop that lacked the row; null while it is there.
    /// </summary>
    public const string GoneSince = "_gone_since";

    public SourceTable Contract => table;

    /// <summary>Quoted, with its schema.</summary>
    public string Name { get; } = SqlText.Name(Schema, table.Name);

    public string KeyName { get; } = SqlText.Name($"{table.Name}_pkey");

    public string SequenceIndexName { get; } = SqlText.Name($"{table.Name}__load_seq");

    /// <summary>The key's columns, quoted.</summary>
    public string Key { get; } = SqlText.Names(table.PrimaryKey);

    public string AddKey => $"alter table {Name} add constraint {KeyName} primary key ({Key})";

    /// <summary>
    /// The table's partitions; null when it has none. Each has the key for itself. It is unique over all of them, since
    /// loads find rows by it and move those whose date has changed, one load at a time.
    /// </summary>
    public RangePartitions? Partitions { get; } = table.Partition is not { } rule ? null : new RangePartitions(
        Schema, table.Name, rule,
        table.Columns.FirstOrDefault(column => column.Name == rule.Column)?.Type.Formatted ?? "",
        partition => $"alter table {SqlText.Name(Schema, partition)} add constraint "
            + $"{SqlText.Name($"{partition}_pkey")} primary key ({SqlText.Names(table.PrimaryKey)})");

    public string DropKey => $"alter table {Name} drop constraint {KeyName}";

    // btree and not brin: rows that are updated move to any free place, and a brin range with one new row in it would
    // be read whole. All rows of a load share one value, which btree stores once for many rows.
    public string AddSequenceIndex => $"create index {SequenceIndexName} on {Name} ({LoadSequence})";

    /// <summary>
    /// Whether its rows are spread over the nodes of a cluster. There, all of them would move for a join in a statement
    /// that also writes: what is joined is a work table first.
    /// </summary>
    public bool IsSpread(NpgsqlConnection connection) =>
        table.Distribution is { IsReference: false } && Cluster.Has(connection);

    /// <summary>Creates a table for the time of a transaction, on a cluster beside the rows of this one.</summary>
    public Task CreateWorkTableAsync(
        NpgsqlConnection connection, string name, string columns, CancellationToken cancellationToken) =>
        WorkTables.CreateAsync(connection, name, columns, table.Distribution, Name, cancellationToken);

    /// <summary>The same, for keys of this one.</summary>
    public Task CreateWorkTableOfKeysAsync(
        NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        WorkTables.CreateEmptyAsync(
            connection, name, $"select {Key} from {Name}", table.Distribution, Name, cancellationToken);

    /// <summary>Columns that come from the drop: the contract's and <c>_extra</c>.</summary>
    public IReadOnlyList<string> DropColumns { get; } = [.. table.Columns.Select(column => column.Name), Extra];

    /// <summary>Whether the contract lets the column be null.</summary>
    public bool IsNotNull(SourceColumn column) => column.IsRequired || table.PrimaryKey.Contains(column.Name);

    /// <summary><c>a.k = b.k and ...</c> over the key.</summary>
    public string KeyEquals(string a, string b) => string.Join(
        " and ", table.PrimaryKey.Select(column => $"{a}.{SqlText.Name(column)} = {b}.{SqlText.Name(column)}"));

    /// <summary>The columns of the drop, comma separated, of one table of a statement.</summary>
    public string Values(string alias) =>
        string.Join(", ", DropColumns.Select(column => $"{alias}.{SqlText.Name(column)}"));

    /// <summary><c>c = a.c, ...</c> over what is not the key.</summary>
    public string Assign(string from) => string.Join(", ", DropColumns
        .Except(table.PrimaryKey)
        .Select(column => $"{SqlText.Name(column)} = {from}.{SqlText.Name(column)}"));
}
