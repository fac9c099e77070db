using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Json;

/// <summary>
/// Reads one JSON object as a row. First its values are found, in whatever order they stand; when the object is whole
/// they are typed and written in the order of the contract.
/// </summary>
internal sealed class JsonObjectReader(SourceTable table, bool hasExtra = true) : IDisposable
{
    private readonly ColumnWriter[] _columns = ColumnWriter.For(table);
    private readonly JsonValue[] _values = new JsonValue[table.Columns.Count];
    private readonly JsonName[] _keys = [.. table.Columns.Select((_, i) => new JsonName(i, ""))];
    private readonly JsonNames _names = new(table);
    private readonly JsonExtra _extra = new(table.HasPersonalColumns);
    private readonly Scratch _scratch = new();

    /// <summary>Keys found that the contract does not know.</summary>
    public IReadOnlyList<string> UnknownNames => _names.Unknown;

    /// <summary>Whether the object that was read has all columns the contract expects.</summary>
    public bool HasAllColumns => _columns.Index().All(x => !x.Item.IsExpected || _values[x.Index].IsFound);

    /// <summary>What people should know of the values.</summary>
    public IReadOnlyList<string> Notes(long rows) => [.. _columns.SelectMany(column => column.Notes(rows))];

    /// <summary>
    /// Reads the object whose opening brace is at the reader's position; false when it is not complete yet. The fault
    /// is that of the whole object; the values' own come with <see cref="Write"/>.
    /// </summary>
    /// <exception cref="JsonException">This is no JSON.</exception>
    public bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, out RowFault? fault)
    {
        fault = null;
        Array.Clear(_values);
        _extra.Clear();
        var expected = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }
            var name = _names.Find(ref reader, expected);
            if (!reader.Read() || !JsonValue.TryRead(ref reader, out var value))
            {
                return false;
            }
            expected = name.Column + 1;
            fault ??= Keep(name, value, data);
        }
        return false;
    }

    /// <summary>Types and writes the object that was read.</summary>
    public RowFault? Write(ReadOnlySpan<byte> data, CopyBuffer page)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            var value = _values[i];
            var rule = value.Write(_columns[i], data, _scratch, page);
            if (rule != RowRule.None)
            {
                return rule == RowRule.Json
                    ? new RowFault(rule, _columns[i].Name, FoundText.Words(value.Describe()),
                        _columns[i].Kind == ColumnKind.Array ? "an array" : "a single value")
                    : _columns[i].Fault(rule, value.Text(data));
            }
        }
        return hasExtra ? _extra.Write(data, page) : null;
    }

    public void Dispose() => _extra.Dispose();

    private RowFault? Keep(JsonName name, JsonValue value, ReadOnlySpan<byte> data)
    {
        if (name.Column < 0)
        {
            return _extra.TryAdd(name.Text, value) ? null : UnknownTwice(name.Text);
        }
        if (_values[name.Column].IsFound)
        {
            return KeepOther(name, value);
        }
        _values[name.Column] = value;
        if (name.Match != NameMatch.Exact || _keys[name.Column].Match != NameMatch.Exact)
        {
            _keys[name.Column] = name;
        }
        return null;
    }

    // As in the header of a CSV file the exact key is the column's, then one that is like it, then the column's own
    // name; another one is unknown.
    private RowFault? KeepOther(JsonName name, JsonValue value)
    {
        var (other, key) = (_values[name.Column], _keys[name.Column]);
        if (name.Match == key.Match)
        {
            return Twice(_columns[name.Column].Name);
        }
        var isBetter = name.Match < key.Match;
        var (unknown, text) = isBetter ? (other, key.Text) : (value, name.Text);
        if (isBetter)
        {
            (_values[name.Column], _keys[name.Column]) = (value, name);
        }
        _names.AddUnknown(text);
        return _extra.TryAdd(text, unknown) ? null : UnknownTwice(text);
    }

    // A key of an object may be a person's, where values are: {"ana@example.org": 3}.
    private RowFault UnknownTwice(string name) => table.HasPersonalColumns
        ? new RowFault(RowRule.Json, null, FoundText.Words("a key that the contract does not know twice"), "it once")
        : Twice(name);

    private static RowFault Twice(string name) => new(
        RowRule.Json, name, FoundText.Words("the key twice in one object"), "it once");
}
