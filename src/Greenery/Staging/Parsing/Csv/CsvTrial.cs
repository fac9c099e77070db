using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>How a row that has line breaks in quoted fields reads by its quotes.</summary>
internal enum QuotedRow
{
    Good,

    /// <summary>It has as many fields as the header, and a bad value.</summary>
    BadValue,

    /// <summary>It has too few or too many fields.</summary>
    WrongCount,
}

/// <summary>
/// Looks for whole good rows among the lines of a row's quoted fields. A complete line inside such a field is evidence
/// where a value of another type than text shows that it is a row. The line on which the quote is closed belongs to the
/// field: it is evidence only where the lines before it are rows as well, once one quote is taken out.
/// </summary>
internal sealed class CsvTrial(CsvHeader header) : IDisposable
{
    private readonly CopyBuffer _page = new();
    private readonly Scratch _scratch = new();
    private readonly CsvRepair _repair = new();

    private enum Line
    {
        Other,
        MaybeRow,
        Row,
        TypedRow,
    }

    /// <summary>Looks at a row that is whole.</summary>
    /// <param name="data">From the row's first byte on, to the end of what was read.</param>
    /// <param name="stop">Where the row ends; set to where the last of its lines ends when they are ambiguous.</param>
    /// <param name="isFinal">Whether <paramref name="data"/> is the rest of the file.</param>
    /// <param name="row">How it reads.</param>
    /// <param name="read">Bytes looked at.</param>
    public Swallowed Find(ReadOnlySpan<byte> data, ref int stop, bool isFinal, QuotedRow row, out int read)
    {
        read = 0;
        var found = Swallowed.Nothing;
        var fields = new CsvQuotedFields(data, isFinal, _scratch, header.Dialect);
        while (fields.MoveNext() && found is Swallowed.Nothing or Swallowed.LookAlike)
        {
            var at = fields.Start;
            var isLike = false;
            while (fields.TryPassLine(ref at, out var end))
            {
                var line = Read(data[at..end], isFinal: true, out _);
                read += end - at;
                if (line == Line.TypedRow)
                {
                    return Swallowed.Row;
                }
                isLike |= line == Line.Row;
                at = end;
            }
            var last = Read(data[fields.LastLine..], isFinal, out var length);
            read += length;
            if (row == QuotedRow.Good && (last == Line.MaybeRow || fields.LastLine + length > stop)
                && IsRow(data[stop..], isFinal))
            {
                // Read as a row, the last line would take a part of the next one, which is good as it is.
                last = Line.Other;
            }
            if (last == Line.Other && !isLike)
            {
                continue;
            }
            var rows = _repair.CountRows(data[..fields.LastLine], header.Dialect, IsRow, ref read);
            var judged = rows == 0 ? Swallowed.Nothing : Judge(row, rows, last);
            if (judged == Swallowed.Ambiguous)
            {
                stop = Math.Max(stop, fields.LastLine + length);
            }
            found = judged == Swallowed.Nothing ? found : judged;
        }
        return found;
    }

    /// <summary>
    /// Looks at a row that is not whole yet, as if it were good: what is found in it will be found when it is whole.
    /// </summary>
    /// <param name="data">From the row's first byte on, to the end of what was read.</param>
    /// <param name="done">Lines that begin before this were looked at.</param>
    /// <param name="read">Bytes looked at.</param>
    public bool IsRowInside(ReadOnlySpan<byte> data, ref int done, out int read)
    {
        read = 0;
        var fields = new CsvQuotedFields(data, isFinal: false, _scratch, header.Dialect);
        while (fields.MoveNext())
        {
            for (var at = Math.Max(fields.Start, done); fields.TryPassLine(ref at, out var end); at = end)
            {
                read += end - at;
                if (Read(data[at..end], isFinal: true, out _) == Line.TypedRow)
                {
                    return true;
                }
                done = end;
            }
        }
        return false;
    }

    public void Dispose() => _page.Dispose();

    // The lines before the last one are this many rows, once a quote is taken out.
    private static Swallowed Judge(QuotedRow row, int rows, Line last) => (row, last) switch
    {
        (not QuotedRow.Good, _) when rows > 1 => Swallowed.Row,
        (_, Line.MaybeRow) => Swallowed.MaybeRow,
        (QuotedRow.Good, Line.TypedRow) => Swallowed.Ambiguous,
        (QuotedRow.Good, Line.Row) => Swallowed.LookAlike,
        (QuotedRow.Good, _) => rows > 1 ? Swallowed.LookAlike : Swallowed.Nothing,
        (_, Line.Other) => Swallowed.Nothing,
        _ => row == QuotedRow.WrongCount ? Swallowed.Row : Swallowed.Ambiguous,
    };

    private bool IsRow(ReadOnlySpan<byte> data, bool isFinal) =>
        Read(data.TrimStart("\r\n"u8), isFinal, out _) is Line.Row or Line.TypedRow;

    private bool IsRow(ReadOnlySpan<byte> data, out int length) =>
        Read(data, isFinal: true, out length) is Line.Row or Line.TypedRow;

    private Line Read(ReadOnlySpan<byte> data, bool isFinal, out int length)
    {
        var cursor = new CsvCursor(data, isFinal, _scratch, header.Dialect);
        var line = Read(ref cursor);
        length = cursor.At;
        return line;
    }

    private Line Read(ref CsvCursor cursor)
    {
        var at = 0;
        var hasType = false;
        FieldEnd end;
        _page.Reset(0);
        do
        {
            end = cursor.Next(out var field, out var isQuoted);
            if (end == FieldEnd.Incomplete)
            {
                return at >= header.Fields.Length ? Line.Other : Line.MaybeRow;
            }
            if (end == FieldEnd.BadQuote
                || (at < header.Fields.Length ? !IsGood(at, field, isQuoted, ref hasType) : !field.IsEmpty))
            {
                return Line.Other;
            }
            at++;
        }
        while (end == FieldEnd.Delimiter);
        return at < header.Needed ? Line.Other : hasType ? Line.TypedRow : Line.Row;
    }

    private bool IsGood(int at, ReadOnlySpan<byte> field, bool isQuoted, ref bool hasType)
    {
        if (header.Fields[at] is not { } writer)
        {
            return true;
        }
        hasType |= writer.Kind != ColumnKind.Text && !field.IsEmpty;
        return writer.Write(field, isQuoted, _page) == RowRule.None;
    }
}
