using System.Text;
using System.Text.Unicode;
using Greenery.Sources;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>Reads the names on a CSV file's first line.</summary>
internal static class CsvHeaderLine
{
    private const int Longest = 1024 * 1024;

    /// <exception cref="RefusedDropException">There is no such line, or it cannot be one.</exception>
    public static async Task<CsvHeader> ReadAsync(
        SourceTable table, InputWindow window, CancellationToken cancellationToken)
    {
        CsvHeader? header;
        while (!TryRead(table, window, out header))
        {
            await window.FillAsync(cancellationToken);
        }
        return header!;
    }

    private static bool TryRead(SourceTable table, InputWindow window, out CsvHeader? header)
    {
        header = null;
        var names = new List<string>();
        var cursor = new CsvCursor(window.Unread, window.IsFinal, new Scratch());
        cursor.SkipBlankLines();
        RefuseEmpty(table, window, cursor.IsAtEnd);
        FieldEnd end;
        do
        {
            end = cursor.Next(out var field, out _);
            RefuseUnreadable(table, field);
            names.Add(Encoding.UTF8.GetString(field).Trim());
        }
        while (end == FieldEnd.Comma);
        if (end == FieldEnd.BadQuote || (end == FieldEnd.Incomplete && window.Unread.Length > Longest))
        {
            throw Unreadable(table, window.Unread);
        }
        if (end == FieldEnd.Incomplete)
        {
            return false;
        }
        header = CsvHeader.Match(table, names, 1 + cursor.Lines);
        window.Consume(cursor.At);
        return true;
    }

    private static void RefuseEmpty(SourceTable table, InputWindow window, bool isAtEnd)
    {
        if (isAtEnd && window.IsFinal)
        {
            throw new RefusedDropException(
                "is empty; expected a header line with the columns "
                + $"{string.Join(", ", table.Columns.Select(column => column.Name))}. "
                + "Was the export cut short? A day without rows has the header line only.");
        }
    }

    private static void RefuseUnreadable(SourceTable table, ReadOnlySpan<byte> field)
    {
        // A field cut off at the end of the data may end within a character; what is read next shows the whole of it.
        if (field.ContainsAnyInRange((byte)0, (byte)8) || (!Utf8.IsValid(field) && field.Length > 4))
        {
            throw Unreadable(table, field);
        }
    }

    private static RefusedDropException Unreadable(SourceTable table, ReadOnlySpan<byte> found) => new(
        $"begins with {ReadableText.Quote(found, table.HasPersonalColumns)}, which is no header line; expected "
            + $"column names in UTF-8, separated "
        + "by commas. Is it another kind of file?");
}
