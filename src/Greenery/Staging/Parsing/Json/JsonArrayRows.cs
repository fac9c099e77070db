using System.Text.Json;
using System.Text.Unicode;
using Greenery.Sources;

namespace Greenery.Staging.Parsing.Json;

/// <summary>
/// Reads an array of objects. An element that is no object, has bad values or is no JSON is quarantined alone. The file
/// is refused only where the end of such an element cannot be found, or the array is not closed: then it was cut short,
/// and lacks rows that nothing tells of.
/// </summary>
internal sealed class JsonArrayRows(SourceTable table) : JsonRows(table)
{
    private enum Expects
    {
        Element,
        ElementOrEnd,
        CommaOrEnd,
        Nothing,
    }

    private readonly JsonNextElement _next = new(table);
    private long _commas;
    private long _missingCommas;
    private Expects _expects = Expects.ElementOrEnd;

    public override async Task OpenAsync(InputWindow window, CancellationToken cancellationToken)
    {
        while (PassSpace(window) && !window.IsFinal)
        {
            await window.FillAsync(cancellationToken);
        }
        if (window.Unread.IsEmpty)
        {
            throw new RefusedDropException(
                "is empty; expected a JSON array of objects. Was the export cut short? A day without rows is [].");
        }
        if (window.Unread[0] != '[')
        {
            throw new RefusedDropException(
                $"begins with {FoundText.Quoted(window.Unread, IsPersonal)}; expected a JSON array of objects, "
                + "beginning with '['. One object a line is .ndjson.");
        }
        window.Consume(1);
    }

    public override ReadStep Read(InputWindow window, RowOutput output)
    {
        while (!output.Page.IsFull)
        {
            if (PassSpace(window))
            {
                return window.IsFinal ? Finish(window) : ReadStep.NeedsInput;
            }
            if (PassMark(window))
            {
                continue;
            }
            if (!TryReadElement(window, output))
            {
                return ReadStep.NeedsInput;
            }
            _expects = Expects.CommaOrEnd;
        }
        return ReadStep.PageIsFull;
    }

    public override IReadOnlyList<string> Notes(long rows) =>
    [
        .. base.Notes(rows),
        .. Note(_commas, $"has {_commas} commas without an element in its array; they are passed over"),
        .. Note(_missingCommas, $"lacks {_missingCommas} commas between the elements of its array"),
    ];

    private static string[] Note(long count, string note) => count == 0 ? [] : [note];

    public override void Dispose()
    {
        _next.Dispose();
        base.Dispose();
    }

    // True when there is nothing but space.
    private bool PassSpace(InputWindow window)
    {
        var length = window.Unread.IndexOfAnyExcept(" \t\r\n"u8);
        Consume(window, length < 0 ? window.Unread.Length : length);
        return length < 0;
    }

    private ReadStep Finish(InputWindow window) =>
        _expects == Expects.Nothing ? ReadStep.Finished : throw CutShort(window);

    // A comma, the closing bracket or a byte order mark; false when an element begins.
    private bool PassMark(InputWindow window)
    {
        if (_expects == Expects.Nothing)
        {
            throw Malformed(
                window, $"found {FoundText.Quoted(window.Unread, IsPersonal)}, expected nothing after the array");
        }
        switch (window.Unread[0])
        {
            case (byte)',':
                _commas += _expects == Expects.CommaOrEnd ? 0 : 1;
                _expects = Expects.Element;
                break;
            case (byte)']':
                _commas += _expects == Expects.Element ? 1 : 0;
                _expects = Expects.Nothing;
                break;
            case ByteOrderMark.First when window.Unread.StartsWith(ByteOrderMark.Utf8):
                Consume(window, ByteOrderMark.Utf8.Length);
                return true;
            case (byte)'{':
                _missingCommas += _expects == Expects.CommaOrEnd ? 1 : 0;
                return false;
            default:
                return false;
        }
        window.Consume(1);
        return true;
    }

    private bool TryReadElement(InputWindow window, RowOutput output)
    {
        try
        {
            return TryRead(window, output);
        }
        catch (JsonException exception)
        {
            return TryReject(window, output, exception);
        }
    }

    // Apart from the handler, which would keep the reader out of the processor's registers.
    private bool TryRead(InputWindow window, RowOutput output)
    {
        var data = window.Unread;
        // Each element is read as a document of its own, from its first byte.
        var reader = new Utf8JsonReader(data, isFinalBlock: false, default);
        output.BeginRow();
        var isWhole = reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        RowFault? fault = null;
        if (isWhole && (isObject ? Objects.TryRead(ref reader, data, out fault) : reader.TrySkip()))
        {
            var length = (int)reader.BytesConsumed;
            End(window, output, length, isObject ? fault : NoObject(data[..length]));
            return true;
        }
        output.TakeBack();
        if (window.IsTooLong(0))
        {
            throw TooLong(Line);
        }
        return window.IsFinal && RejectLast(window, output);
    }

    // The file ends within the element: the array is closed if what closes it is in a string without an end.
    private bool RejectLast(InputWindow window, RowOutput output)
    {
        if (!JsonElementEnd.TryFindArrayEnd(window.Unread, out var length)
            || !JsonElementEnd.EndsInString(window.Unread))
        {
            throw CutShort(window);
        }
        var element = window.Unread[..length].TrimEnd(" \t\r\n"u8);
        output.BeginRow();
        output.Reject(Line, JsonFault.Unfinished(element, IsPersonal), element);
        Consume(window, length);
        return true;
    }

    private void End(InputWindow window, RowOutput output, int length, RowFault? fault)
    {
        var element = window.Unread[..length];
        fault ??= Utf8.IsValid(element) ? Objects.Write(window.Unread, output.Page) : NotUtf8(element);
        if (fault is null)
        {
            output.Accept(Line);
        }
        else
        {
            output.Reject(Line, fault, element);
        }
        Consume(window, length);
    }

    // The element is no JSON. False: more has to be read to find its end.
    private bool TryReject(InputWindow window, RowOutput output, JsonException exception)
    {
        output.TakeBack();
        var data = window.Unread;
        var isAll = window.IsFinal || window.IsTooLong(0);
        if (!TryFindEnd(data, isAll, window.IsFinal, out var length))
        {
            return isAll
                ? throw Malformed(
                    window,
                    $"{JsonFault.Reason(exception, IsPersonal)} The end of this element of the array cannot be found. "
                    + "Was the export cut short?",
                    exception)
                : false;
        }
        var element = data[..length].TrimEnd(" \t\r\n,"u8);
        output.BeginRow();
        output.Reject(Line, JsonFault.Create(exception, element, IsPersonal), element);
        Consume(window, element.Length);
        return true;
    }

    // Brackets and strings show it, or else what follows; or else the element is the last one.
    private bool TryFindEnd(ReadOnlySpan<byte> data, bool isAll, bool isFinal, out int length)
    {
        var end = JsonElementEnd.Find(data, out length);
        if (end == ElementEnd.Found || (end == ElementEnd.NeedsInput && !isAll))
        {
            return end == ElementEnd.Found;
        }
        var arrayEnd = length;
        var next = _next.Find(data, isAll, out length);
        if (next == ElementEnd.Found || !isFinal)
        {
            return next == ElementEnd.Found;
        }
        if (end == ElementEnd.ArrayEnd && data[(arrayEnd + 1)..].Trim(" \t\r\n"u8).IsEmpty)
        {
            length = arrayEnd;
            return true;
        }
        return JsonElementEnd.TryFindArrayEnd(data, out length);
    }

    private void Consume(InputWindow window, int length)
    {
        Line += window.Unread[..length].Count((byte)'\n');
        window.Consume(length);
    }

    private RefusedDropException CutShort(InputWindow window) =>
        Malformed(window, "the file ends, expected another element or ']'. Was it cut short?");

    private RefusedDropException Malformed(InputWindow window, string what, JsonException? at = null) => new(
        $"is no valid JSON array at line {Line + (at?.LineNumber ?? 0)}, byte {window.Offset + 1} of the file: {what}");

    private RowFault NoObject(ReadOnlySpan<byte> element) => new(
        RowRule.Json, null, FoundText.Quoted(element, IsPersonal), "a JSON object");
}
