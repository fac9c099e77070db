using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing;

/// <summary>Writes the values of one column of the contract.</summary>
internal sealed class ColumnWriter(SourceColumn column, int longestKey)
{
    // An index entry holds about 2700 bytes; a longer key would fail the statement and with it the whole drop.
    private const int LongestIndexEntry = 2500;

    // What a field begins with in a COPY.
    private const int LengthBytes = 4;

    private readonly FieldType _type = FieldType.Of(column.Type);

    public string Name => column.Name;

    public ColumnKind Kind => column.Type.Kind;

    /// <summary>One writer for each column of the contract, in its order.</summary>
    public static ColumnWriter[] For(SourceTable table)
    {
        var keys = table.Columns.Where(column => table.PrimaryKey.Contains(column.Name)).ToArray();
        var variable = keys.Count(column => FieldType.Of(column.Type).IsVariable);
        var longest = variable == 0 ? int.MaxValue : LongestIndexEntry / variable;
        return [.. table.Columns.Select(column => keys.Contains(column)
            ? new ColumnWriter(column with { IsRequired = true }, longest)
            : new ColumnWriter(column, int.MaxValue))];
    }

    /// <summary>
    /// Writes a value as a CSV file has it: nothing is null, and so is <c>""</c> for all types but text.
    /// </summary>
    public RowRule Write(ReadOnlySpan<byte> text, bool isQuoted, CopyBuffer page) =>
        text.IsEmpty && !(isQuoted && _type.HasEmptyValue) ? WriteNull(page) : WriteValue(text, page);

    public RowRule WriteNull(CopyBuffer page)
    {
        if (column.IsRequired)
        {
            return RowRule.Required;
        }
        page.WriteNull();
        return RowRule.None;
    }

    public RowRule WriteValue(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        var before = page.Length;
        var rule = _type.Write(text, page);
        return rule == RowRule.None && page.Length - before - LengthBytes > longestKey ? RowRule.Range : rule;
    }

    /// <summary>What to say about a value that was not accepted.</summary>
    public RowFault Fault(RowRule rule, ReadOnlySpan<byte> text) => new(rule, Name, rule switch
    {
        RowRule.Required => $"has no value, expected {_type.Expected}",
        RowRule.Encoding => $"found {ReadableText.Quote(text, column.IsPersonal)}, which is not valid UTF-8",
        RowRule.Nul =>
            $"found {ReadableText.Quote(text, column.IsPersonal)} with the character 0, which PostgreSQL cannot hold",
        RowRule.Range when text.Length > longestKey =>
            $"found a key of {text.Length} bytes, expected at most {longestKey}",
        _ => $"found {ReadableText.Quote(text, column.IsPersonal)}, expected {_type.Expected}",
    });
}
