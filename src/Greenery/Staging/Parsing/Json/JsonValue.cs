using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Json;

/// <summary>A value's position in the data, and its kind. The default is a key that was not found.</summary>
internal readonly record struct JsonValue(JsonTokenType Kind, int Start, int Length, bool IsEscaped)
{
    public bool IsFound => Kind != JsonTokenType.None;

    private bool IsNull => Kind is JsonTokenType.None or JsonTokenType.Null;

    private bool IsNested => Kind is JsonTokenType.StartObject or JsonTokenType.StartArray;

    /// <summary>Takes the value at the reader's position; false when it is not complete yet.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out JsonValue value)
    {
        var (kind, start, isEscaped) = (reader.TokenType, (int)reader.TokenStartIndex, reader.ValueIsEscaped);
        var isWhole = reader.TrySkip();
        value = new JsonValue(kind, start, (int)reader.BytesConsumed - start, isEscaped);
        return isWhole;
    }

    /// <summary>As written in the file, quotes included.</summary>
    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> data) => data.Slice(Start, Length);

    /// <summary>As written in the file, a string without its quotes.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> data) =>
        Kind == JsonTokenType.String ? data.Slice(Start + 1, Length - 2) : Raw(data);

    /// <summary>Json: an object or array for a column that takes none.</summary>
    public RowRule Write(ColumnWriter column, ReadOnlySpan<byte> data, Scratch scratch, CopyBuffer page)
    {
        if (IsNull)
        {
            return column.WriteNull(page);
        }
        if (column.Kind == ColumnKind.Jsonb || (column.Kind == ColumnKind.Array && Kind == JsonTokenType.StartArray))
        {
            return column.WriteValue(Raw(data), page);
        }
        if (IsNested)
        {
            return RowRule.Json;
        }
        if (!IsEscaped)
        {
            return column.Write(Text(data), isQuoted: true, page);
        }
        return Unescape(data, scratch) ? column.Write(scratch.Content, isQuoted: true, page) : RowRule.Encoding;
    }

    public string Describe() => Kind == JsonTokenType.StartArray ? "an array" : "an object";

    // The framework's reader unescapes; it refuses halves of surrogate pairs, and so must we.
    private bool Unescape(ReadOnlySpan<byte> data, Scratch scratch)
    {
        var reader = new Utf8JsonReader(Raw(data));
        reader.Read();
        scratch.Clear();
        try
        {
            scratch.Advance(reader.CopyString(scratch.Reserve(Length)));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
