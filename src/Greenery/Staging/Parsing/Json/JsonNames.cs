using System.Text;
using System.Text.Json;
using Greenery.Sources;

namespace Greenery.Staging.Parsing.Json;

/// <summary>How a key is a column's. Of several keys of one object that mean a column, the first kind is it.</summary>
internal enum NameMatch
{
    /// <summary>It is the name that the contract expects in files.</summary>
    Exact,

    /// <summary>It differs from that in case or invisible characters.</summary>
    Alike,

    /// <summary>It is the column's own name, where the contract expects another one in files (<c>from</c>).</summary>
    OwnName,
}

/// <summary>A key of an object.</summary>
/// <param name="Column">Its place in the contract; -1 when the contract does not know it.</param>
/// <param name="Text">The key; empty for one that is exactly the contract's.</param>
/// <param name="Match">How it is the column's.</param>
internal readonly record struct JsonName(int Column, string Text, NameMatch Match = NameMatch.Exact);

/// <summary>
/// Finds the columns that keys mean: exactly first, then as a reader sees them, ignoring case. Objects of one file
/// mostly have their keys in one order, so the column after the last one is tried first.
/// </summary>
internal sealed class JsonNames(SourceTable table)
{
    private readonly byte[][] _names =
        [.. table.Columns.Select(column => Encoding.UTF8.GetBytes(column.SourceName))];

    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Unknown => [.. _unknown];

    public JsonName Find(ref Utf8JsonReader reader, int expected)
    {
        if (expected < _names.Length && reader.ValueTextEquals(_names[expected]))
        {
            return new JsonName(expected, "");
        }
        for (var i = 0; i < _names.Length; i++)
        {
            if (reader.ValueTextEquals(_names[i]))
            {
                return new JsonName(i, "");
            }
        }
        return FindOther(Text(ref reader));
    }

    private JsonName FindOther(string text)
    {
        var name = HeaderName.Normalize(text);
        if (FindAlike(name, column => column.SourceName) is >= 0 and var alike)
        {
            return new JsonName(alike, text, NameMatch.Alike);
        }
        var own = FindAlike(name, column => column.Name);
        if (own < 0)
        {
            AddUnknown(text);
        }
        return new JsonName(own, text, NameMatch.OwnName);
    }

    /// <summary>Notes a key whose value is not that of a column.</summary>
    public void AddUnknown(string text)
    {
        if (_unknown.Count < RowReader.MostUnknownKept)
        {
            _unknown.Add(ReadableText.Shorten(Encoding.UTF8.GetBytes(text)));
        }
    }

    private int FindAlike(string name, Func<SourceColumn, string> nameOf)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (HeaderName.AreAlike(nameOf(table.Columns[i]), name))
            {
                return i;
            }
        }
        return -1;
    }

    // A key with half of a surrogate pair is no text; shown as it is written, it is an unknown key.
    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
