using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Staging;

/// <summary>What has to be done to a table in staging, so that it is as the contract says.</summary>
internal sealed class TableChange(StagingTable table, ExistingTable? existing)
{
    private static readonly string[] Reserved =
    [
        StagingTable.Extra, StagingTable.DropId, StagingTable.LoadSequence, StagingTable.GoneSince,
        // Of the temporary table and the statement that merges it.
        "_line", "_was", "_verdict",
    ];

    /// <summary>What cannot be done, in words.</summary>
    public IEnumerable<Diagnostic> Diagnostics() => table.Contract.Columns
        .Where(column => Reserved.Contains(column.Name))
        .Select(Taken)
        .Concat(existing is null ? [] : DiagnosticsWith(existing));

    private IEnumerable<Diagnostic> DiagnosticsWith(ExistingTable found)
    {
        foreach (var column in table.Contract.Columns.Where(column => IsRetyped(found, column)))
        {
            yield return Diagnostic(
                $"column '{column.Name}' is {column.Type} here and {found.Columns[column.Name].Type} in {table.Name}. "
                + $"Give it a new name, or, if nothing depends on it, drop {table.Name} and run with --reload.");
        }
        if (!found.Key.SequenceEqual(table.Contract.PrimaryKey))
        {
            yield return Diagnostic(
                $"the key is ({string.Join(", ", table.Contract.PrimaryKey)}) here and "
                + $"({string.Join(", ", found.Key)}) in {table.Name}. "
                + $"Restore it, or drop {table.Name} and run with --reload."
                + (WidenKey() is null ? "" : " On a cluster, 'greenery migrate --to-citus' widens it."));
        }
    }

    /// <summary>
    /// The statements that add the column by which the table is to be distributed to its key: rows that differ in
    /// the key go on to. Null where that is not all that differs, and where what was observed of the rows is known by
    /// the key.
    /// </summary>
    public string? WidenKey() => existing is { PartitionColumn: null }
        && table.Contract is { HasHistory: false, Distribution.Column: { } column }
        && existing.Columns.ContainsKey(column)
        && !existing.Key.Contains(column)
        && table.Contract.PrimaryKey.Order().SequenceEqual(existing.Key.Append(column).Order())
        ? $"{table.DropKey}; {table.AddKey}" : null;

    private Diagnostic Taken(SourceColumn column) =>
        Diagnostic($"column '{column.Name}' has a name that staging keeps for itself; rename it.");

    private Diagnostic Diagnostic(string message) => new(table.Contract.Place, message);

    public IEnumerable<string> Statements() => existing is null ? Create() : Alter(existing);

    private static bool IsRetyped(ExistingTable found, SourceColumn column) =>
        found.Columns.TryGetValue(column.Name, out var was) && was.Type != column.Type.Formatted;

    private IEnumerable<string> Create()
    {
        var columns = table.Contract.Columns.Select(Define);
        yield return $"""
            create table {table.Name} (
                {string.Join(", ", columns)},
                {StagingTable.Extra} jsonb,
                {StagingTable.DropId} bigint not null,
                {StagingTable.LoadSequence} bigint not null
            )
            {table.Partitions?.By}
            """;
        yield return table.Partitions?.CreateDefault ?? table.AddKey;
        yield return table.AddSequenceIndex;
        if (table.Contract.Snapshot is not null)
        {
            yield return AddGoneSince;
            yield return AddDates;
        }
    }

    private string AddGoneSince => $"alter table {table.Name} add column {StagingTable.GoneSince} date";

    // Dates that were loaded while drops of the table were not complete ones; the next load judges them.
    private string AddDates =>
        $"""
        insert into ops.snapshot (table_name, drop_date, is_complete)
        select distinct d.table_name, d.drop_date, true
        from ops.drop as d
        inner join ops.load as l on d.drop_id = l.drop_id
        where d.table_name = {SqlText.Literal(table.Contract.Name)}
        on conflict do nothing
        """;

    private IEnumerable<string> Alter(ExistingTable found)
    {
        foreach (var column in table.Contract.Columns.Where(column => !found.Columns.ContainsKey(column.Name)))
        {
            // Rows that are there already have no value, so a new column can only be not null for rows to come.
            yield return $"alter table {table.Name} add column {SqlText.Name(column.Name)} {column.Type.Sql}";
        }
        if (table.Contract.Snapshot is not null && !found.Columns.ContainsKey(StagingTable.GoneSince))
        {
            yield return AddGoneSince;
        }
        if (table.Contract.Snapshot is not null)
        {
            yield return AddDates;
        }
        foreach (var column in MayBeNull(found).Where(column => found.Columns[column].IsNotNull))
        {
            yield return $"alter table {table.Name} alter column {SqlText.Name(column)} drop not null";
        }
    }

    // What the contract lets be null, and what it no longer has.
    private IEnumerable<string> MayBeNull(ExistingTable found) => table.Contract.Columns
        .Where(column => !table.IsNotNull(column))
        .Select(column => column.Name)
        .Intersect(found.Columns.Keys)
        .Concat(found.Columns.Keys.Except(table.DropColumns).Except(Reserved));

    private string Define(SourceColumn column) =>
        $"{SqlText.Name(column.Name)} {column.Type.Sql}{(table.IsNotNull(column) ? " not null" : "")}";
}
