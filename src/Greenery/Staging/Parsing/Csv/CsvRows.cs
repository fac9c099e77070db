using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>
/// Reads CSV. A row whose quotes are wrong is its first line only: what follows is read as rows again, so that one
/// forgotten quote does not swallow the rest of the file.
/// </summary>
internal sealed class CsvRows(SourceTable table) : RowReader
{
    // Reading on after a bad quote reads bytes twice. Honest files do so a few times, this limit is for the others.
    private const long MostReadTwice = 256 * 1024 * 1024;

    private readonly Scratch _scratch = new();
    private readonly ExtraJson _extra = new();
    private CsvHeader _header = null!;
    private JsonEncodedText[] _extraNames = [];
    private string[] _columns = [];
    private string[] _unknown = [];
    private long _line;
    private long _readTwice;

    public override IReadOnlyList<string> Columns => _columns;

    public override IReadOnlyList<string> UnknownColumns => _unknown;

    public override async Task OpenAsync(InputWindow window, CancellationToken cancellationToken)
    {
        _header = await CsvHeaderLine.ReadAsync(table, window, cancellationToken);
        _line = _header.Line;
        _unknown = [.. _header.Names.Where((_, at) => _header.Fields[at] is null)];
        _extraNames = [.. _header.Names.Select(name => JsonEncodedText.Encode(name))];
        var known = _header.Fields.OfType<ColumnWriter>().Select(writer => writer.Name);
        _columns = [.. _unknown.Length == 0 ? known : known.Append(StagingTable.Extra)];
    }

    public override ReadStep Read(InputWindow window, RowOutput output)
    {
        var cursor = new CsvCursor(window.Unread, window.IsFinal, _scratch);
        var step = ReadStep.PageIsFull;
        while (step == ReadStep.PageIsFull && !output.Page.IsFull)
        {
            cursor.SkipBlankLines();
            step = ReadRow(ref cursor, window, output);
        }
        window.Consume(cursor.At);
        _line += cursor.Lines;
        return step;
    }

    public override bool TryWriteKey(ReadOnlySpan<byte> raw, CopyBuffer page)
    {
        // The writers take a key's fields in the order of the key, whatever the order of the header is.
        foreach (var name in table.PrimaryKey)
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
        var cursor = new CsvCursor(raw, isFinal: true, new Scratch());
        var isWritten = false;
        var at = 0;
        FieldEnd end;
        do
        {
            end = cursor.Next(out var field, out var isQuoted);
            isWritten |= at++ == wanted && end <= FieldEnd.Row && Write(wanted, field, isQuoted, page) is null;
        }
        while (end == FieldEnd.Comma);
        // With too few or too many fields no field is known to be in its place.
        return isWritten && end == FieldEnd.Row && at == _header.Fields.Length;
    }

    public override void Dispose() => _extra.Dispose();

    // Answers "page is full" for "go on".
    private ReadStep ReadRow(ref CsvCursor cursor, InputWindow window, RowOutput output)
    {
        var (start, lines) = (cursor.At, cursor.Lines);
        if (cursor.IsAtEnd)
        {
            return window.IsFinal ? ReadStep.Finished : ReadStep.NeedsInput;
        }
        var end = ReadFields(ref cursor, output, out var fault);
        if (end == FieldEnd.Row)
        {
            End(output, _line + lines, fault, window.Unread[start..cursor.At]);
            return ReadStep.PageIsFull;
        }
        output.TakeBack();
        var read = cursor.At - start;
        cursor.Return(start, lines);
        if (end == FieldEnd.Incomplete && !window.IsTooLong(start))
        {
            return ReadStep.NeedsInput;
        }
        return RejectLine(ref cursor, window, output, read);
    }

    private FieldEnd ReadFields(ref CsvCursor cursor, RowOutput output, out RowFault? fault)
    {
        fault = null;
        output.BeginRow();
        _extra.Clear();
        FieldEnd end;
        var at = 0;
        do
        {
            end = cursor.Next(out var field, out var isQuoted);
            if (fault is null && end <= FieldEnd.Row && at < _header.Fields.Length)
            {
                fault = Write(at, field, isQuoted, output.Page);
            }
            at++;
        }
        while (end == FieldEnd.Comma);
        fault = end == FieldEnd.Row && at != _header.Fields.Length ? WrongCount(at) : fault;
        return end;
    }

    private RowFault? Write(int at, ReadOnlySpan<byte> field, bool isQuoted, CopyBuffer page)
    {
        if (_header.Fields[at] is { } writer)
        {
            var rule = writer.Write(field, isQuoted, page);
            return rule == RowRule.None ? null : writer.Fault(rule, field);
        }
        var extra = _extra.AddText(_extraNames[at], field, field.IsEmpty && !isQuoted);
        return extra == RowRule.None ? null : new RowFault(
            extra,
            _header.Names[at],
            $"found {ReadableText.Quote(field, table.HasPersonalColumns)}, expected text in UTF-8 without the "
                + $"character 0");
    }

    private void End(RowOutput output, long line, RowFault? fault, ReadOnlySpan<byte> raw)
    {
        if (_unknown.Length > 0)
        {
            fault ??= _extra.Write(output.Page) == RowRule.None
                ? null
                : new RowFault(RowRule.Json, StagingTable.Extra, "cannot be held by jsonb");
        }
        if (fault is null)
        {
            output.Accept(line);
        }
        else
        {
            output.Reject(line, fault, raw.TrimEnd("\r\n"u8));
        }
    }

    private ReadStep RejectLine(ref CsvCursor cursor, InputWindow window, RowOutput output, int read)
    {
        var (start, lines) = (cursor.At, cursor.Lines);
        var line = _line + lines;
        if (!cursor.TryReadLine(out var raw))
        {
            cursor.Return(start, lines);
            return window.IsTooLong(start) ? throw TooLong(line) : ReadStep.NeedsInput;
        }
        _readTwice += Math.Max(0, read - raw.Length);
        if (_readTwice > MostReadTwice)
        {
            throw new RefusedDropException($"has too many quotes that are not closed, up to line {line}.");
        }
        output.BeginRow();
        output.Reject(line, BadQuote, raw);
        return ReadStep.PageIsFull;
    }

    private RowFault WrongCount(int found) => new(
        RowRule.FieldCount, null, $"found {found} fields, expected {_header.Fields.Length}");

    private static RefusedDropException TooLong(long line) => new(
        $"has a line of more than {InputWindow.LongestRow >> 20} MB at line {line}; expected rows. "
        + "Does it have line breaks?");

    private static readonly RowFault BadQuote = new(
        RowRule.Quote,
        null,
        "found a quote that is not closed or has text behind it, expected \"...\" and \"\" for a quote in it");
}
