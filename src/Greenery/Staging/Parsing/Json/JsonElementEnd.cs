using System.Buffers;

namespace Greenery.Staging.Parsing.Json;

/// <summary>Whether the end of a broken element was found.</summary>
internal enum ElementEnd
{
    Found,

    /// <summary>More has to be read to tell.</summary>
    NeedsInput,

    /// <summary>Its brackets and strings do not show it.</summary>
    Unclear,

    /// <summary>The bracket that closes the array comes while the element's braces are open.</summary>
    ArrayEnd,
}

/// <summary>Finds where an element of an array ends that is no JSON, by its brackets and strings.</summary>
internal static class JsonElementEnd
{
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[],"u8);

    /// <param name="data">From the element's first byte on.</param>
    /// <param name="length">Up to the comma or bracket after the element.</param>
    public static ElementEnd Find(ReadOnlySpan<byte> data, out int length)
    {
        var open = new Stack<byte>();
        var isWord = true;
        for (length = 0; ; length++)
        {
            var next = data[length..].IndexOfAny(Marks);
            if (next < 0)
            {
                return ElementEnd.NeedsInput;
            }
            length += next;
            if (data[length] == '"')
            {
                if (!TryPassString(data, ref length))
                {
                    return ElementEnd.NeedsInput;
                }
            }
            else if (open.Count == 0 && data[length] is (byte)',' or (byte)']')
            {
                return isWord ? ElementEnd.Found : IsFollowedByElement(data[length..]);
            }
            else if (data[length] == ']' && !open.Contains((byte)'['))
            {
                return ElementEnd.ArrayEnd;
            }
            else if (!TryPass(open, data[length]))
            {
                return ElementEnd.Unclear;
            }
            // One without quotes and brackets, such as NaN, ends at the comma whatever comes after it.
            isWord = false;
        }
    }

    /// <summary>Where the array ends if the file is whole: the last bracket, after a row's brace.</summary>
    /// <param name="data">From the broken element's first byte to the end of the file.</param>
    /// <param name="length">Up to the bracket.</param>
    public static bool TryFindArrayEnd(ReadOnlySpan<byte> data, out int length)
    {
        length = data.TrimEnd(" \t\r\n"u8).Length - 1;
        return length > 0 && data[length] == ']' && data[..length].TrimEnd(" \t\r\n"u8) is [.., (byte)'}'];
    }

    /// <summary>Whether the file ends within a string: its quote is not closed.</summary>
    /// <param name="data">From the element's first byte to the end of the file.</param>
    public static bool EndsInString(ReadOnlySpan<byte> data)
    {
        for (var at = data.IndexOf((byte)'"'); at >= 0;)
        {
            if (!TryPassString(data, ref at))
            {
                return true;
            }
            var next = data[++at..].IndexOf((byte)'"');
            at = next < 0 ? -1 : at + next;
        }
        return false;
    }

    // After a comma comes an object, or the end of the array; anything else shows that a quote or bracket misled.
    private static ElementEnd IsFollowedByElement(ReadOnlySpan<byte> data)
    {
        if (data[0] == ']')
        {
            return ElementEnd.Found;
        }
        var next = data[1..].IndexOfAnyExcept(" \t\r\n"u8);
        if (next < 0)
        {
            return ElementEnd.NeedsInput;
        }
        return data[1 + next] is (byte)'{' or (byte)']' ? ElementEnd.Found : ElementEnd.Unclear;
    }

    private static bool TryPass(Stack<byte> open, byte mark)
    {
        if (mark is (byte)'{' or (byte)'[')
        {
            open.Push(mark);
            return true;
        }
        return mark == ',' || (open.TryPop(out var last) && last == (mark == '}' ? '{' : '['));
    }

    private static bool TryPassString(ReadOnlySpan<byte> data, ref int at)
    {
        for (at++; at < data.Length; at++)
        {
            var next = data[at..].IndexOfAny("\"\\"u8);
            if (next < 0)
            {
                return false;
            }
            at += next;
            if (data[at] == '"')
            {
                return true;
            }
            at++;
        }
        return false;
    }
}
