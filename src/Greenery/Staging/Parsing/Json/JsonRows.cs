using Greenery.Sources;

namespace Greenery.Staging.Parsing.Json;

/// <summary>What the two JSON formats have in common.</summary>
internal abstract class JsonRows(SourceTable table) : RowReader
{
    protected JsonObjectReader Objects { get; } = new(table);

    /// <summary>The line at the beginning of the window.</summary>
    protected long Line { get; set; } = 1;

    public override IReadOnlyList<string> Columns { get; } =
        [.. table.Columns.Select(column => column.Name), StagingTable.Extra];

    public override IReadOnlyList<string> UnknownColumns => Objects.UnknownNames;

    public override void Dispose() => Objects.Dispose();

    protected static RefusedDropException TooLong(long line) => new(
        $"has an object of more than {InputWindow.LongestRow >> 20} MB at line {line}; expected one row an object.");
}
