using System.Buffers;
using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Json;

/// <summary>
/// Finds where the next element of an array begins, after a broken one whose brackets and strings mislead: at a good
/// row with all columns, or where the values that follow are elements up to the end of the array.
/// </summary>
internal sealed class JsonNextElement(SourceTable table) : IDisposable
{
    // Nested objects are no rows of the contract; this many in a row are elements wherever the array ends.
    private const int EnoughRows = 3;

    // Of the values that follow: each place where an element may begin is tried.
    private const int MostRead = 8 * 1024 * 1024;

    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[],"u8);

    // Its notes and unknown keys are those of tries, not of the file.
    private readonly JsonObjectReader _objects = new(table);
    private readonly CopyBuffer _page = new();

    /// <param name="data">From the broken element's first byte on.</param>
    /// <param name="isAll">Whether more cannot be read.</param>
    /// <param name="length">Of the broken element, with what may separate it from the next.</param>
    public ElementEnd Find(ReadOnlySpan<byte> data, bool isAll, out int length)
    {
        var read = 0;
        for (length = 1; length < data.Length; length++)
        {
            var next = data[length..].IndexOfAny((byte)',', (byte)'{');
            if (next < 0)
            {
                break;
            }
            length += next;
            if (data[length] == '{' && ReadValue(data[length..], out _, out var isRow) == ElementEnd.Found
                && isRow && _objects.HasAllColumns)
            {
                return ElementEnd.Found;
            }
            if (read < MostRead && TryFindStart(data, length, out var start)
                && Follow(data[start..], isAll, ref read) is var end and not ElementEnd.Unclear)
            {
                return end;
            }
        }
        return ElementEnd.Unclear;
    }

    public void Dispose()
    {
        _objects.Dispose();
        _page.Dispose();
    }

    // After a comma, or at an object after an object.
    private static bool TryFindStart(ReadOnlySpan<byte> data, int at, out int start)
    {
        start = at;
        if (data[at] == '{')
        {
            return data[..at].TrimEnd(" \t\r\n"u8) is [.., (byte)'}'];
        }
        start = PassSpace(data, at + 1);
        return start < data.Length;
    }

    // Whether elements of the array follow. NeedsInput: more has to be read to tell.
    private ElementEnd Follow(ReadOnlySpan<byte> data, bool isAll, ref int read)
    {
        var rows = 0;
        for (var at = 0; rows < EnoughRows;)
        {
            var found = ReadValue(data[at..], out var length, out var isRow);
            read += length + 1;
            if (found == ElementEnd.Unclear)
            {
                found = ReadWord(data[at..], out length);
            }
            at = PassSpace(data, at + (found == ElementEnd.Found ? length : 0));
            if (found == ElementEnd.Unclear)
            {
                break;
            }
            rows += isRow ? 1 : 0;
            var isSeparate = at < data.Length && data[at] is (byte)',' or (byte)'{' or (byte)']';
            if (isSeparate && data[at] == ',')
            {
                at = PassSpace(data, at + 1);
            }
            if (found == ElementEnd.NeedsInput || at == data.Length)
            {
                return isAll ? Sure(rows) : ElementEnd.NeedsInput;
            }
            if (data[at] == ']')
            {
                return PassSpace(data, at + 1) < data.Length ? ElementEnd.Unclear
                    : isAll ? ElementEnd.Found
                    : ElementEnd.NeedsInput;
            }
            if (!isSeparate)
            {
                break;
            }
        }
        return Sure(rows);
    }

    private static ElementEnd Sure(int rows) => rows > 0 ? ElementEnd.Found : ElementEnd.Unclear;

    // The length of a value that is not whole, or is none, is what was read of it.
    private ElementEnd ReadValue(ReadOnlySpan<byte> data, out int length, out bool isRow)
    {
        (length, isRow) = (data.Length, false);
        var reader = new Utf8JsonReader(data, isFinalBlock: false, default);
        try
        {
            if (!reader.Read())
            {
                return ElementEnd.NeedsInput;
            }
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            RowFault? fault = null;
            if (!(isObject ? _objects.TryRead(ref reader, data, out fault) : reader.TrySkip()))
            {
                return ElementEnd.NeedsInput;
            }
            _page.Reset(0);
            isRow = isObject && fault is null && _objects.Write(data, _page) is null;
            length = (int)reader.BytesConsumed;
            return ElementEnd.Found;
        }
        catch (JsonException)
        {
            length = (int)reader.BytesConsumed;
            return ElementEnd.Unclear;
        }
    }

    // A word that is no value, such as NaN: an element without quotes and brackets.
    private static ElementEnd ReadWord(ReadOnlySpan<byte> data, out int length)
    {
        length = Math.Max(0, data.IndexOfAny(Marks));
        return length > 0 && data[length] is (byte)',' or (byte)']' && !data[..length].Contains((byte)':')
            ? ElementEnd.Found
            : ElementEnd.Unclear;
    }

    private static int PassSpace(ReadOnlySpan<byte> data, int at)
    {
        var length = data[at..].IndexOfAnyExcept(" \t\r\n"u8);
        return length < 0 ? data.Length : at + length;
    }
}
