using System.Text;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing;

/// <summary>Writes the values of one column of the contract.</summary>
internal sealed class ColumnWriter
{
    // An index entry holds about 2700 bytes; a longer key would fail the statement and with it the whole drop.
    private const int LongestIndexEntry = 2500;

    // What a field begins with in a COPY.
    private const int LengthBytes = 4;

    // Of the rows, from which on null words of a text column are noted.
    private const double OftenShare = 0.01;
    private const int OftenRows = 2;

    private readonly SourceColumn _column;
    private readonly int _longestKey;
    private readonly FieldType _type;
    private readonly byte[][] _nulls;
    private readonly int _longestNull;
    private readonly bool _keepsEmpty;
    private readonly bool _isJson;
    private long _nullWords;
    private long _quotedWords;
    private long _quotedNulls;
    private string _nullWord = "";

    private ColumnWriter(
        SourceColumn column, int longestKey, ValueFormat format, bool keepsEmptyText, bool isJson)
    {
        _column = column;
        _longestKey = longestKey;
        _type = FieldType.Of(column.Type, format);
        _nulls = [.. column.Nulls.Select(Encoding.UTF8.GetBytes)];
        var longestUsual = _type.HasEmptyValue ? NullWords.Longest : 0;
        _longestNull = _nulls.Length > 0 ? _nulls.Max(word => word.Length) : longestUsual;
        _isJson = isJson;
        _keepsEmpty = keepsEmptyText && _type.HasEmptyValue && !column.IsRequired;
    }

    public string Name => _column.Name;

    /// <summary>How the file calls it.</summary>
    public string SourceName => _column.SourceName;

    public ColumnKind Kind => _column.Type.Kind;

    /// <summary>Whether a drop must have the column.</summary>
    public bool IsExpected => !_column.IsOptional;

    /// <summary>One writer for each column of the contract, in its order, for values as in JSON.</summary>
    public static ColumnWriter[] For(SourceTable table) =>
        For(table, ValueFormat.Default, keepsEmptyText: true, isJson: true);

    /// <summary>One writer for each column of the contract, in its order, for values of a CSV file.</summary>
    public static ColumnWriter[] For(SourceTable table, ValueFormat format, bool keepsEmptyText) =>
        For(table, format, keepsEmptyText, isJson: false);

    private static ColumnWriter[] For(SourceTable table, ValueFormat format, bool keepsEmptyText, bool isJson)
    {
        var keys = table.Columns.Where(column => table.PrimaryKey.Contains(column.Name)).ToArray();
        var variable = keys.Count(column => FieldType.Of(column.Type).IsVariable);
        var longest = variable == 0 ? int.MaxValue : LongestIndexEntry / variable;
        return [.. table.Columns.Select(column => keys.Contains(column)
            ? new ColumnWriter(column with { IsRequired = true }, longest, format, keepsEmptyText, isJson)
            : new ColumnWriter(column, int.MaxValue, format, keepsEmptyText, isJson))];
    }

    /// <summary>
    /// Writes a value as a text file has it. One without characters is null, unless it is quoted, the column is text
    /// and the contract keeps such text.
    /// </summary>
    public RowRule Write(ReadOnlySpan<byte> text, bool isQuoted, CopyBuffer page)
    {
        if (text.IsEmpty)
        {
            return isQuoted && _keepsEmpty ? WriteValue(text, page) : WriteNull(page);
        }
        return text.Length <= _longestNull && IsNull(text, isQuoted) ? WriteNull(page) : WriteValue(text, page);
    }

    public RowRule WriteNull(CopyBuffer page)
    {
        if (_column.IsRequired)
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
        return rule == RowRule.None && page.Length - before - LengthBytes > _longestKey ? RowRule.Range : rule;
    }

    /// <summary>What to say about a value that was not accepted.</summary>
    public RowFault Fault(RowRule rule, ReadOnlySpan<byte> text)
    {
        var found = FoundText.Quoted(text, _column.IsPersonal);
        return rule switch
        {
            RowRule.Required => RowFault.Missing(Name, _type.Expected),
            RowRule.Encoding => new RowFault(
                rule, Name, found.With($", which is {EncodingText.Describe(text)}"), EncodingText.Expected(text)),
            RowRule.Nul => new RowFault(
                rule, Name, found.With(" with the character 0"), "text without it, as PostgreSQL cannot hold it"),
            RowRule.Range when text.Length > _longestKey => new RowFault(
                rule, Name, FoundText.Words($"a key of {text.Length} bytes"), $"at most {_longestKey}"),
            _ => new RowFault(rule, Name, found, _type.Expected),
        };
    }

    /// <summary>What people should know of the column's values.</summary>
    public IEnumerable<string> Notes(long rows)
    {
        if (_nullWords >= Math.Max(OftenRows, rows * OftenShare))
        {
            yield return $"column '{Name}' holds words like '{_nullWord}' in {_nullWords} of {rows} rows, loaded as "
                + $"text; if they stand for no value, say config: {{nulls: ['{_nullWord}']}} in the contract"
                + (_quotedWords > 0 ? ", and have the source write them without quotes" : "");
        }
        if (_quotedNulls >= Math.Max(OftenRows, rows * OftenShare))
        {
            yield return $"column '{Name}' holds '{_nullWord}' in quotes in {_quotedNulls} of {rows} rows, loaded as "
                + "text: the contract's 'nulls' count without quotes; if it stands for no value, have the source write "
                + "it without them";
        }
        if (_type.Rounded > 0)
        {
            yield return $"column '{Name}' has more than six digits of a second in {_type.Rounded} of {rows} rows, "
                + "rounded to microseconds";
        }
    }

    // In CSV, a quoted word of a text column is that word. JSON has no other way to write a word.
    private bool IsNull(ReadOnlySpan<byte> text, bool isQuoted)
    {
        var isWord = isQuoted && !_isJson && _type.HasEmptyValue;
        if (_nulls.Length == 0 && NullWords.Contains(text))
        {
            _nullWords++;
            _quotedWords += isWord ? 1 : 0;
            _nullWord = Encoding.UTF8.GetString(text);
        }
        if (!IsOfContract(text))
        {
            return false;
        }
        if (isWord)
        {
            _quotedNulls++;
            _nullWord = Encoding.UTF8.GetString(text);
        }
        return !isWord;
    }

    private bool IsOfContract(ReadOnlySpan<byte> text)
    {
        foreach (var word in _nulls)
        {
            if (text.SequenceEqual(word))
            {
                return true;
            }
        }
        return false;
    }
}
