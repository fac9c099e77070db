using System.Text;
using System.Text.Unicode;
using Greenery.Sources;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>
/// Reads what a CSV file begins with: the line that names its columns, and which character separates them.
/// </summary>
internal sealed class CsvHeaderLine(SourceTable table)
{
    private const int Longest = 1024 * 1024;

    /// <exception cref="RefusedDropException">There is no such line, or it cannot be one.</exception>
    public async Task<CsvHeader> ReadAsync(InputWindow window, CancellationToken cancellationToken)
    {
        CsvHeader? header;
        while ((header = TryRead(window)) is null)
        {
            await window.FillAsync(cancellationToken);
        }
        return header;
    }

    private CsvHeader? TryRead(InputWindow window)
    {
        var cursor = Cursor(window, CsvDialect.Candidates(table.Csv, null)[0], 0);
        cursor.SkipBlankLines();
        if (cursor.IsAtEnd && window.IsFinal)
        {
            return table.Csv.HasHeader ? throw Empty() : WithoutHeader(CsvDialect.Candidates(table.Csv, null)[0], 0);
        }
        if (!TryReadSeparator(ref cursor, window, out var named))
        {
            return null;
        }
        CsvHeader? best = null;
        foreach (var dialect in CsvDialect.Candidates(table.Csv, named))
        {
            var header = TryMatch(window, cursor.At, cursor.Lines, dialect, isSure: false, out var isWhole);
            if (!isWhole)
            {
                return null;
            }
            best ??= header;
        }
        best ??= TryMatch(
            window, cursor.At, cursor.Lines, CsvDialect.Candidates(table.Csv, named)[0], isSure: true, out _)!;
        window.Consume(cursor.At + best.Raw.Length);
        return table.Csv.HasHeader ? best with { Raw = Trim(best.Raw) } : best;
    }

    private static byte[] Trim(ReadOnlySpan<byte> line) => line.TrimEnd("\r\n"u8).ToArray();

    // A first line 'sep=;' as spreadsheets write it. False: more has to be read to tell.
    private bool TryReadSeparator(ref CsvCursor cursor, InputWindow window, out byte? named)
    {
        named = null;
        var at = cursor.At;
        var lines = cursor.Lines;
        var start = window.Unread[at..];
        if (start.Length < 12 && !window.IsFinal)
        {
            return false;
        }
        var line = start[..Math.Min(12, start.Length)];
        var end = line.IndexOfAny((byte)'\r', (byte)'\n');
        line = (end < 0 ? line : line[..end]).Trim((byte)'"');
        if (end < 0 || line.Length < 5 || !Ascii.EqualsIgnoreCase(line[..4], "sep="u8) || line.Length > 6)
        {
            return true;
        }
        named = line[4];
        if (table.Csv.Delimiter is { } delimiter && delimiter != named)
        {
            throw new RefusedDropException(
                $"says {FoundText.Quoted(line, isPersonal: false)} on its first line, and the contract says delimiter "
                + $"'{delimiter}' (config: csv). Expected the same in both: correct the contract ({table.Place}) or "
                + "the export.");
        }
        if (!cursor.TryReadLine(out _))
        {
            cursor.Return(at, lines);
            return false;
        }
        return true;
    }

    // The header, its raw line with the line break; null when this dialect does not give the contract's columns.
    private CsvHeader? TryMatch(
        InputWindow window, int at, int lines, CsvDialect dialect, bool isSure, out bool isWhole)
    {
        var cursor = Cursor(window, dialect, at);
        var names = new List<string>();
        FieldEnd end;
        do
        {
            end = cursor.Next(out var field, out _);
            if (isSure)
            {
                RefuseUnreadable(field);
            }
            names.Add(Encoding.UTF8.GetString(field));
        }
        while (end == FieldEnd.Delimiter);
        isWhole = end != FieldEnd.Incomplete || window.Unread.Length > Longest;
        if (isSure && end != FieldEnd.Row)
        {
            throw Unreadable(window.Unread);
        }
        if (end != FieldEnd.Row)
        {
            return null;
        }
        if (!table.Csv.HasHeader)
        {
            return isSure || CanBeRow(names.Count)
                ? WithoutHeader(dialect, names.Count) with { Line = 1 + lines }
                : null;
        }
        return isSure || CsvHeader.Fits(table, names)
            ? CsvHeader.Match(table, names, dialect) with
            {
                Line = 1 + lines + cursor.Lines,
                Raw = window.Unread[at..cursor.At].ToArray(),
            }
            : null;
    }

    private static CsvCursor Cursor(InputWindow window, CsvDialect dialect, int at)
    {
        var cursor = new CsvCursor(window.Unread, window.IsFinal, new Scratch(), dialect);
        cursor.Return(at, 0);
        return cursor;
    }

    private bool CanBeRow(int fields) =>
        fields >= table.Columns.Count(column => !column.IsOptional) && fields <= table.Columns.Count;

    // The columns come in the order of the contract; optional ones at the end may be missing.
    private CsvHeader WithoutHeader(CsvDialect dialect, int fields) => CsvHeader.Match(
        table,
        [.. table.Columns.Take(CanBeRow(fields) ? fields : table.Columns.Count).Select(column => column.SourceName)],
        dialect);

    private RefusedDropException Empty() => new(
        "is empty; expected a header line with the columns "
        + $"{NameList.Of([.. table.Columns.Select(column => column.SourceName)])}. "
        + "Was the export cut short? A day without rows has the header line only.");

    private void RefuseUnreadable(ReadOnlySpan<byte> field)
    {
        // A field cut off at the end of the data may end within a character; what is read next shows the whole of it.
        if (field.ContainsAnyInRange((byte)0, (byte)8) || (!Utf8.IsValid(field) && field.Length > 4))
        {
            throw Unreadable(field);
        }
    }

    private RefusedDropException Unreadable(ReadOnlySpan<byte> found) => new(
        $"begins with {FoundText.Quoted(found, table.HasPersonalColumns)}, which is no header line; expected column "
        + "names in UTF-8, separated by commas. Is it another kind of file? For other delimiters and encodings "
        + "say config: {csv: {delimiter, encoding}} in the contract.");
}
