using System.Text.Json;
using System.Text.Unicode;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Json;

/// <summary>Reads one object a line. A line that is no object is quarantined, and the next one is read.</summary>
internal sealed class NdJsonRows(SourceTable table) : JsonRows(table)
{
    private const int Looked = 512;

    /// <summary>A file that is no text at all is refused.</summary>
    public override async Task OpenAsync(InputWindow window, CancellationToken cancellationToken)
    {
        await window.FillAsync(Looked, cancellationToken);
        var start = window.Unread[..Math.Min(Looked, window.Unread.Length)];
        var brace = start.IndexOf((byte)'{');
        if (start[..(brace < 0 ? start.Length : brace)].ContainsAnyInRange((byte)0, (byte)8))
        {
            throw new RefusedDropException(
                $"begins with {FoundText.Quoted(start, IsPersonal)}, which is no text; expected one "
                + "JSON object a line, in UTF-8. Is it another kind of file?");
        }
    }

    public override ReadStep Read(InputWindow window, RowOutput output)
    {
        var data = window.Unread;
        var at = 0;
        while (!output.Page.IsFull)
        {
            var length = data[at..].IndexOf((byte)'\n');
            if (length < 0 && !window.IsFinal && window.IsTooLong(at))
            {
                throw TooLong(Line);
            }
            if (length < 0 && (!window.IsFinal || at == data.Length))
            {
                window.Consume(at);
                return window.IsFinal ? ReadStep.Finished : ReadStep.NeedsInput;
            }
            var line = length < 0 ? data[at..] : data.Slice(at, length);
            ReadLine(Trim(line), output);
            at += length < 0 ? line.Length : line.Length + 1;
            Line++;
        }
        window.Consume(at);
        return ReadStep.PageIsFull;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        while (line.StartsWith(ByteOrderMark.Utf8))
        {
            line = line[ByteOrderMark.Utf8.Length..].TrimStart(" \t\r"u8);
        }
        return line;
    }

    private void ReadLine(ReadOnlySpan<byte> line, RowOutput output)
    {
        if (line.IsEmpty)
        {
            return;
        }
        output.BeginRow();
        var fault = Utf8.IsValid(line) ? ReadObject(line, output.Page) : NotUtf8(line);
        if (fault is null)
        {
            output.Accept(Line);
        }
        else
        {
            output.Reject(Line, fault, line);
        }
    }

    private RowFault? ReadObject(ReadOnlySpan<byte> line, CopyBuffer page)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new RowFault(RowRule.Json, null, FoundText.Quoted(line, IsPersonal), "a JSON object");
            }
            Objects.TryRead(ref reader, line, out var fault);
            // Nothing may follow: the reader throws on anything but white space.
            reader.Read();
            return fault ?? Objects.Write(line, page);
        }
        catch (JsonException exception)
        {
            return JsonFault.Create(exception, line, IsPersonal);
        }
    }
}
