using System.Text.Json;
using System.Text.Unicode;
using Greenery.Sources;

namespace Greenery.Staging.Parsing.Json;

/// <summary>
/// Reads an array of objects. An element that is no object, or has bad values, is quarantined; an array that is not
/// JSON refuses the file, because where its next element begins cannot be known.
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
                $"begins with {ReadableText.Quote(window.Unread, IsPersonal)}; expected a JSON array "
                    + $"of objects, beginning with "
                + "'['. One object a line is .ndjson.");
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

    // True when there is nothing but space.
    private bool PassSpace(InputWindow window)
    {
        var length = window.Unread.IndexOfAnyExcept(" \t\r\n"u8);
        Consume(window, length < 0 ? window.Unread.Length : length);
        return length < 0;
    }

    private ReadStep Finish(InputWindow window) => _expects == Expects.Nothing
        ? ReadStep.Finished
        : throw Malformed(window, "the file ends, expected the array to go on or to end with ']'. Was it cut short?");

    // A comma or the closing bracket; false when an element begins.
    private bool PassMark(InputWindow window)
    {
        Expects? next = (window.Unread[0], _expects) switch
        {
            ((byte)']', Expects.ElementOrEnd or Expects.CommaOrEnd) => Expects.Nothing,
            ((byte)',', Expects.CommaOrEnd) => Expects.Element,
            (_, Expects.Element or Expects.ElementOrEnd) => null,
            _ => throw Malformed(
                window, $"found {ReadableText.Quote(window.Unread, IsPersonal)}, expected {Expected}"),
        };
        if (next is { } passed)
        {
            _expects = passed;
            Consume(window, 1);
        }
        return next is not null;
    }

    private string Expected => _expects == Expects.Nothing ? "nothing behind the array" : "',' or ']'";

    private bool TryReadElement(InputWindow window, RowOutput output)
    {
        var data = window.Unread;
        // Each element is read as a document of its own, from its first byte.
        var reader = new Utf8JsonReader(data, isFinalBlock: false, default);
        output.BeginRow();
        try
        {
            var isWhole = reader.Read();
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            RowFault? fault = null;
            isWhole = isWhole && (isObject ? Objects.TryRead(ref reader, data, out fault) : reader.TrySkip());
            if (isWhole)
            {
                var length = (int)reader.BytesConsumed;
                End(window, output, length, isObject ? fault : NoObject(data[..length]));
                return true;
            }
        }
        catch (JsonException exception)
        {
            throw Malformed(window, $"{JsonFault.Reason(exception)} (element of the array)", exception);
        }
        output.TakeBack();
        return window.IsTooLong(0)
            ? throw TooLong(Line)
            : window.IsFinal && Finish(window) == ReadStep.Finished;
    }

    private void End(InputWindow window, RowOutput output, int length, RowFault? fault)
    {
        var element = window.Unread[..length];
        fault ??= Utf8.IsValid(element) ? Objects.Write(window.Unread, output.Page) : NotUtf8;
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

    private void Consume(InputWindow window, int length)
    {
        Line += window.Unread[..length].Count((byte)'\n');
        window.Consume(length);
    }

    private RefusedDropException Malformed(InputWindow window, string what, JsonException? at = null) => new(
        $"is no valid JSON array at line {Line + (at?.LineNumber ?? 0)}, byte {window.Offset + 1} of the file: {what}");

    private RowFault NoObject(ReadOnlySpan<byte> element) => new(
        RowRule.Json, null, $"found {ReadableText.Quote(element, IsPersonal)}, expected a JSON object");

    private static readonly RowFault NotUtf8 = new(RowRule.Encoding, null, "found bytes that are not valid UTF-8");
}
