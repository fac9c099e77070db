using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>
/// Reads CSV. A row whose quotes are wrong is its first line only: what follows is read as rows again, so that one
/// stray quote costs no other row.
/// </summary>
internal sealed class CsvRows(SourceTable table) : RowReader
{
    private readonly Scratch _scratch = new();
    private CsvHeader _header = null!;
    private CsvFields _fields = null!;
    private CsvStrayQuotes _quotes = null!;
    private long _line;
    private long _repeatedHeaders;

    public override IReadOnlyList<string> Columns => _fields.Columns;

    public override IReadOnlyList<string> UnknownColumns => _fields.UnknownColumns;

    public override async Task OpenAsync(InputWindow window, CancellationToken cancellationToken)
    {
        _header = await new CsvHeaderLine(table).ReadAsync(window, cancellationToken);
        _fields = new CsvFields(table, _header);
        _quotes = new CsvStrayQuotes(_header);
        _line = _header.Line;
    }

    public override ReadStep Read(InputWindow window, RowOutput output)
    {
        var cursor = new CsvCursor(window.Unread, window.IsFinal, _scratch, _header.Dialect);
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

    public override IReadOnlyList<string> Notes(long rows) =>
    [
        .. RepeatedHeaders,
        .. _header.Fields.OfType<ColumnWriter>().SelectMany(writer => writer.Notes(rows)),
        .. _quotes.Note is { } note ? [note] : Array.Empty<string>(),
    ];

    private string[] RepeatedHeaders => _repeatedHeaders == 0
        ? []
        : [$"has its header line again in {_repeatedHeaders} other places; they are passed over"];

    public override bool TryWriteKey(ReadOnlySpan<byte> raw, CopyBuffer page) => _fields.TryWriteKey(raw, page);

    public override void Dispose()
    {
        _fields?.Dispose();
        _quotes?.Dispose();
    }

    // Answers "page is full" for "continue".
    private ReadStep ReadRow(ref CsvCursor cursor, InputWindow window, RowOutput output)
    {
        var (start, lines, quotedLines) = (cursor.At, cursor.Lines, cursor.QuotedLines);
        if (cursor.IsAtEnd)
        {
            return window.IsFinal ? ReadStep.Finished : ReadStep.NeedsInput;
        }
        var end = ReadFields(ref cursor, output, out var fault);
        var isTooLong = end == FieldEnd.Incomplete && window.IsTooLong(start);
        var read = cursor.At - start;
        if (end == FieldEnd.Row && cursor.QuotedLines == quotedLines)
        {
            End(output, _line + lines, fault, window.Unread[start..cursor.At]);
            return ReadStep.PageIsFull;
        }
        // Of what is not whole, it is not known yet whether it is a good row.
        var swallowed = end == FieldEnd.BadQuote || isTooLong
            ? Swallowed.Row
            : end == FieldEnd.Row
            ? _quotes.Find(window, start, cursor.At, isWhole: true, fault is null)
            : _quotes.Find(window, start, window.Unread.Length, isWhole: false, isGood: true);
        if (end == FieldEnd.Row && swallowed == Swallowed.Nothing)
        {
            if (fault is null)
            {
                _quotes.Look(window.Unread[start..cursor.At], _line + lines);
            }
            End(output, _line + lines, fault, window.Unread[start..cursor.At]);
            return ReadStep.PageIsFull;
        }
        output.TakeBack();
        cursor.Return(start, lines);
        return swallowed == Swallowed.Row ? RejectLine(ref cursor, window, output, read) : ReadStep.NeedsInput;
    }

    private FieldEnd ReadFields(ref CsvCursor cursor, RowOutput output, out RowFault? fault)
    {
        fault = null;
        output.BeginRow();
        _fields.Clear();
        FieldEnd end;
        var at = 0;
        var isOver = false;
        do
        {
            end = cursor.Next(out var field, out var isQuoted);
            if (at >= _header.Fields.Length)
            {
                // Delimiters at the end of a line are no fields; a value there is.
                isOver |= !field.IsEmpty;
            }
            else if (fault is null && end <= FieldEnd.Row)
            {
                fault = _fields.Write(at, field, isQuoted, output.Page);
            }
            at++;
        }
        while (end == FieldEnd.Delimiter);
        fault = end == FieldEnd.Row && (isOver || at < _header.Needed) ? WrongCount(at) : fault;
        return end;
    }

    private void End(RowOutput output, long line, RowFault? fault, ReadOnlySpan<byte> raw)
    {
        if (IsHeader(raw))
        {
            _repeatedHeaders++;
            output.TakeBack();
            return;
        }
        fault ??= _fields.WriteExtra(output.Page);
        if (fault is null)
        {
            output.Accept(line);
        }
        else if (IsBlank(raw = raw.TrimEnd("\r\n"u8)))
        {
            output.TakeBack();
        }
        else
        {
            output.Reject(line, fault, raw);
        }
    }

    private bool IsHeader(ReadOnlySpan<byte> raw) =>
        raw.Length - _header.Raw.Length is >= 0 and <= 2
        && raw.StartsWith(_header.Raw)
        && raw[_header.Raw.Length..].TrimEnd("\r\n"u8).IsEmpty
        && _header.Raw.Length > 0;

    // A row of empty fields is a blank line. It never is a good row, as it has no key.
    private bool IsBlank(ReadOnlySpan<byte> raw)
    {
        var cursor = new CsvCursor(raw, isFinal: true, _scratch, _header.Dialect);
        FieldEnd end;
        do
        {
            end = cursor.Next(out var field, out _);
            if (!field.Trim(" \t"u8).IsEmpty)
            {
                return false;
            }
        }
        while (end == FieldEnd.Delimiter);
        return true;
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
        _quotes.ReadAgain(read - raw.Length, line);
        output.BeginRow();
        output.Reject(line, CsvStrayQuotes.Fault, raw);
        return ReadStep.PageIsFull;
    }

    private RowFault WrongCount(int found) => new(
        RowRule.FieldCount, null, FoundText.Words($"{found} fields"), $"{_header.Needed}");

    private static RefusedDropException TooLong(long line) => new(
        $"has a line of more than {InputWindow.LongestRow >> 20} MB at line {line}; expected rows. "
        + "Does it have line breaks?");
}
