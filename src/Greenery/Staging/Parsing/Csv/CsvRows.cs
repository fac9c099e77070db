using System.Text;
using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>
/// Reads CSV. A row whose quotes are wrong is its first line only: what follows is read as rows again, so that one
/// stray quote costs no other row.
/// </summary>
internal sealed class CsvRows(SourceTable table) : RowReader
{
    // Reading again after a bad quote reads bytes twice. Honest files do so a few times, this limit is for the others.
    private const long MostReadTwice = 256 * 1024 * 1024;

    private readonly Scratch _scratch = new();
    private readonly ExtraJson _extra = new();
    private readonly SortedSet<int> _namedByPosition = [];
    private CsvHeader _header = null!;
    private CsvTrial _trial = null!;
    private JsonEncodedText[] _extraNames = [];
    private string[] _columns = [];
    private string[] _unknown = [];
    private bool _hasExtra;
    private long _line;
    private long _readTwice;
    private long _repeatedHeaders;
    private long _trialRow = -1;
    private int _trialDone;

    public override IReadOnlyList<string> Columns => _columns;

    public override IReadOnlyList<string> UnknownColumns =>
        [.. _unknown, .. _namedByPosition.Select(at => _header.Names[at]).Take(MostUnknownKept - _unknown.Length)];

    public override async Task OpenAsync(InputWindow window, CancellationToken cancellationToken)
    {
        _header = await new CsvHeaderLine(table).ReadAsync(window, cancellationToken);
        _trial = new CsvTrial(_header);
        _line = _header.Line;
        _unknown =
        [
            .. _header.Names.Where((_, at) => _header.Fields[at] is null && !_header.IsNameless(at))
                .Take(MostUnknownKept).Select(name => ReadableText.Shorten(Encoding.UTF8.GetBytes(name))),
        ];
        _hasExtra = _header.Fields.Contains(null);
        _extraNames = [.. _header.Names.Select(name => JsonEncodedText.Encode(name))];
        var known = _header.Fields.OfType<ColumnWriter>().Select(writer => writer.Name);
        _columns = [.. _hasExtra ? known.Append(StagingTable.Extra) : known];
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

    public override IReadOnlyList<string> Notes(long rows)
    {
        var notes = _header.Fields.OfType<ColumnWriter>().SelectMany(writer => writer.Notes(rows));
        return [.. _repeatedHeaders == 0
            ? notes
            : notes.Prepend($"has its header line again in {_repeatedHeaders} other places; they are passed over")];
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
        var cursor = new CsvCursor(raw, isFinal: true, new Scratch(), _header.Dialect);
        var isWritten = false;
        var isOver = false;
        var at = 0;
        FieldEnd end;
        do
        {
            end = cursor.Next(out var field, out var isQuoted);
            isOver |= at >= _header.Fields.Length && !field.IsEmpty;
            isWritten |= at++ == wanted && end <= FieldEnd.Row && Write(wanted, field, isQuoted, page) is null;
        }
        while (end == FieldEnd.Delimiter);
        // With too few or too many fields no field is known to be in its place.
        return isWritten && !isOver && end == FieldEnd.Row && at >= _header.Needed;
    }

    public override void Dispose()
    {
        _extra.Dispose();
        _trial?.Dispose();
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
        var swallowed = end == FieldEnd.BadQuote || isTooLong
            ? Swallowed.Row
            : FindSwallowed(window, start, end == FieldEnd.Row ? cursor.At : window.Unread.Length, end, fault);
        if (end == FieldEnd.Row && swallowed == Swallowed.Nothing)
        {
            End(output, _line + lines, fault, window.Unread[start..cursor.At]);
            return ReadStep.PageIsFull;
        }
        output.TakeBack();
        cursor.Return(start, lines);
        return swallowed == Swallowed.Row ? RejectLine(ref cursor, window, output, read) : ReadStep.NeedsInput;
    }

    // A row that a quoted field holds shows that the quote is wrong. Of a field that is not whole yet, all that is
    // there is looked at as if the field were good: what is found then will be found when it is whole.
    private Swallowed FindSwallowed(InputWindow window, int start, int stop, FieldEnd end, RowFault? fault)
    {
        var isGood = end == FieldEnd.Incomplete || fault is null;
        var data = window.Unread[start..];
        var row = window.Offset + start;
        var done = end == FieldEnd.Incomplete && _trialRow == row ? _trialDone : 0;
        var found = _trial.Find(data, stop - start, window.IsFinal, isGood, ref done, out var read);
        (_trialRow, _trialDone) = (row, done);
        _readTwice += read;
        return found == Swallowed.MaybeRow && (window.IsTooLong(start) || window.IsFinal) ? Swallowed.Nothing : found;
    }

    private FieldEnd ReadFields(ref CsvCursor cursor, RowOutput output, out RowFault? fault)
    {
        fault = null;
        output.BeginRow();
        _extra.Clear();
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
                fault = Write(at, field, isQuoted, output.Page);
            }
            at++;
        }
        while (end == FieldEnd.Delimiter);
        fault = end == FieldEnd.Row && (isOver || at < _header.Needed) ? WrongCount(at) : fault;
        return end;
    }

    private RowFault? Write(int at, ReadOnlySpan<byte> field, bool isQuoted, CopyBuffer page)
    {
        if (_header.Fields[at] is { } writer)
        {
            var rule = writer.Write(field, isQuoted, page);
            return rule == RowRule.None ? null : writer.Fault(rule, field);
        }
        if (_header.IsNameless(at) && (field.IsEmpty || !_namedByPosition.Add(at)) && field.IsEmpty)
        {
            return null;
        }
        var extra = _extra.AddText(_extraNames[at], field, field.IsEmpty && !isQuoted);
        return extra == RowRule.None ? null : new RowFault(
            extra,
            // As is its value, an unknown name may be a person's.
            table.HasPersonalColumns ? StagingTable.Extra : _header.Names[at],
            FoundText.Quoted(field, table.HasPersonalColumns),
            "text in UTF-8 without the character 0");
    }

    private void End(RowOutput output, long line, RowFault? fault, ReadOnlySpan<byte> raw)
    {
        if (IsHeader(raw))
        {
            _repeatedHeaders++;
            output.TakeBack();
            return;
        }
        if (_hasExtra)
        {
            fault ??= _extra.Write(output.Page) == RowRule.None
                ? null
                : new RowFault(
                    RowRule.Json, StagingTable.Extra, FoundText.Words("values that jsonb cannot hold"),
                    "values it can hold");
        }
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
        _readTwice += Math.Max(0, read - raw.Length);
        if (_readTwice > MostReadTwice)
        {
            throw new RefusedDropException(
                $"has too many quotes that are not closed, up to line {line}; expected \"...\" and \"\" for a quote in "
                + "it. Correct the export, or say config: {csv: {quote: none}} in the contract.");
        }
        output.BeginRow();
        output.Reject(line, BadQuote, raw);
        return ReadStep.PageIsFull;
    }

    private RowFault WrongCount(int found) => new(
        RowRule.FieldCount, null, FoundText.Words($"{found} fields"), $"{_header.Needed}");

    private static RefusedDropException TooLong(long line) => new(
        $"has a line of more than {InputWindow.LongestRow >> 20} MB at line {line}; expected rows. "
        + "Does it have line breaks?");

    private static readonly RowFault BadQuote = new(
        RowRule.Quote,
        null,
        FoundText.Words("a quote that is not closed, has text after it or holds whole rows"),
        "\"...\" and \"\" for a quote in it");
}
