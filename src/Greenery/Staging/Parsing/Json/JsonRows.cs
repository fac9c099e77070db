using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Json;

/// <summary>What the two JSON formats have in common.</summary>
internal abstract class JsonRows(SourceTable table) : RowReader
{
    private readonly JsonObjectReader _keys = new(KeysOf(table), hasExtra: false);

    protected JsonObjectReader Objects { get; } = new(table);

    /// <summary>Whether text of the file may be a person's: messages mask it.</summary>
    protected bool IsPersonal { get; } = table.HasPersonalColumns;

    /// <summary>The line at the beginning of the window.</summary>
    protected long Line { get; set; } = 1;

    public override IReadOnlyList<string> Columns { get; } =
        [.. table.Columns.Select(column => column.Name), StagingTable.Extra];

    public override IReadOnlyList<string> UnknownColumns => Objects.UnknownNames;

    public override IReadOnlyList<string> Notes(long rows) => Objects.Notes(rows);

    public override bool TryWriteKey(ReadOnlySpan<byte> raw, CopyBuffer page)
    {
        try
        {
            var reader = new Utf8JsonReader(raw);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && _keys.TryRead(ref reader, raw, out var fault) && fault is null
                && _keys.Write(raw, page) is null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public override void Dispose()
    {
        Objects.Dispose();
        _keys.Dispose();
    }

    /// <summary>What to say of a row whose bytes are no text.</summary>
    protected static RowFault NotUtf8(ReadOnlySpan<byte> raw) =>
        new(RowRule.Encoding, null, FoundText.Words($"text that is {EncodingText.Describe(raw)}"),
            EncodingText.Expected(raw));

    private static SourceTable KeysOf(SourceTable table) => table with
    {
        Columns = [.. table.PrimaryKey.Select(name => table.Columns.First(column => column.Name == name))],
    };

    protected static RefusedDropException TooLong(long line) => new(
        $"has an object of more than {InputWindow.LongestRow >> 20} MB at line {line}; expected one row an object.");
}
