using System.Text;
using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>Writes the fields of a row by their position: those of the contract typed, others into <c>_extra</c>.
/// </summary>
internal sealed class CsvFields : IDisposable
{
    private readonly ExtraJson _extra = new();
    private readonly SortedSet<int> _namedByPosition = [];
    private readonly CsvHeader _header;
    private readonly IReadOnlyList<string> _key;
    private readonly JsonEncodedText[] _extraNames;
    private readonly string[] _unknown;
    private readonly bool _isPersonal;
    private readonly bool _hasExtra;

    public CsvFields(SourceTable table, CsvHeader header)
    {
        (_header, _key, _isPersonal) = (header, table.PrimaryKey, table.HasPersonalColumns);
        _unknown =
        [
            .. header.Names.Where((_, at) => header.Fields[at] is null && !header.IsNameless(at))
                .Take(RowReader.MostUnknownKept).Select(name => ReadableText.Shorten(Encoding.UTF8.GetBytes(name))),
        ];
        _hasExtra = header.Fields.Contains(null);
        _extraNames = [.. header.Names.Select(name => JsonEncodedText.Encode(name))];
        var known = header.Fields.OfType<ColumnWriter>().Select(writer => writer.Name);
        Columns = [.. _hasExtra ? known.Append(StagingTable.Extra) : known];
    }

    /// <summary>In the order they are written.</summary>
    public string[] Columns { get; }

    /// <summary>Of the file, which the contract does not know; those without a name only where they have values.
    /// </summary>
    public IReadOnlyList<string> UnknownColumns =>
    [
        .. _unknown,
        .. _namedByPosition.Select(at => _header.Names[at]).Take(RowReader.MostUnknownKept - _unknown.Length),
    ];

    /// <summary>Begins a row.</summary>
    public void Clear() => _extra.Clear();

    /// <summary>Writes the field at a position of the header, or keeps it for <see cref="WriteExtra"/>.</summary>
    public RowFault? Write(int at, ReadOnlySpan<byte> field, bool isQuoted, CopyBuffer page)
    {
        if (_header.Fields[at] is { } writer)
        {
            var rule = writer.Write(field, isQuoted, page);
            return rule == RowRule.None ? null : writer.Fault(rule, field);
        }
        if (_header.IsNameless(at) && (field.IsEmpty || !_namedByPosition.Add(at)) && field.IsEmpty)
        {
            return null;
        }
        var extra = _extra.AddText(_extraNames[at], field, field.IsEmpty && !isQuoted);
        return extra == RowRule.None ? null : new RowFault(
            extra,
            // As is its value, an unknown name may be a person's.
            _isPersonal ? StagingTable.Extra : _header.Names[at],
            FoundText.Quoted(field, _isPersonal),
            "text in UTF-8 without the character 0");
    }

    /// <summary>Ends a row with the columns that the contract does not know, where the file has any.</summary>
    public RowFault? WriteExtra(CopyBuffer page) => !_hasExtra || _extra.Write(page) == RowRule.None
        ? null
        : new RowFault(
            RowRule.Json, StagingTable.Extra, FoundText.Words("values that jsonb cannot hold"), "values it can hold");

    /// <summary>Writes the key of a row that was rejected, in the order of the contract's key.</summary>
    /// <returns>False when the key cannot be read.</returns>
    public bool TryWriteKey(ReadOnlySpan<byte> raw, CopyBuffer page)
    {
        // The writers take a key's fields in the order of the key, whatever the order of the header is.
        foreach (var name in _key)
        {
            if (!TryWriteField(raw, Array.FindIndex(_header.Fields, field => field?.Name == name), page))
            {
                return false;
            }
        }
        return true;
    }

    private bool TryWriteField(ReadOnlySpan<byte> raw, int wanted, CopyBuffer page)
    {
        var cursor = new CsvCursor(raw, isFinal: true, new Scratch(), _header.Dialect);
        var isWritten = false;
        var isOver = false;
        var at = 0;
        FieldEnd end;
        do
        {
            end = cursor.Next(out var field, out var isQuoted);
            isOver |= at >= _header.Fields.Length && !field.IsEmpty;
            isWritten |= at++ == wanted && end <= FieldEnd.Row && Write(wanted, field, isQuoted, page) is null;
        }
        while (end == FieldEnd.Delimiter);
        // With too few or too many fields no field is known to be in its place.
        return isWritten && !isOver && end == FieldEnd.Row && at >= _header.Needed;
    }

    public void Dispose() => _extra.Dispose();
}
