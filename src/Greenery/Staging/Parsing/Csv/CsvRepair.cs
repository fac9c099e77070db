namespace Greenery.Staging.Parsing.Csv;

/// <summary>Whether a row begins at the first byte.</summary>
/// <param name="data">All that is looked at.</param>
/// <param name="length">Of the row, with its line break.</param>
internal delegate bool CsvRowTest(ReadOnlySpan<byte> data, out int length);

/// <summary>
/// Looks whether lines are good rows once one of their quotes is taken out: then that one is too many.
/// </summary>
internal sealed class CsvRepair
{
    // Each quote is tried. A text of very many quotes and lines is taken for what it looks like.
    private const int MostRead = 4 * 1024 * 1024;

    private byte[] _lines = [];

    /// <param name="lines">Whole lines.</param>
    /// <param name="dialect">What separates the fields.</param>
    /// <param name="isRow">Tells good rows.</param>
    /// <param name="read">Bytes looked at; those of the tries are added.</param>
    /// <returns>How many rows they are; 0 when no quote can be taken out so that all lines are rows.</returns>
    public int CountRows(ReadOnlySpan<byte> lines, CsvDialect dialect, CsvRowTest isRow, ref int read)
    {
        var most = read + MostRead;
        Array.Resize(ref _lines, Math.Max(_lines.Length, lines.Length));
        for (var at = 0; read < most; at++)
        {
            var next = lines[at..].IndexOf((byte)dialect.Quote);
            if (next < 0)
            {
                return 0;
            }
            at += next;
            lines[..at].CopyTo(_lines);
            lines[(at + 1)..].CopyTo(_lines.AsSpan(at));
            read += lines.Length;
            if (CountRows(_lines.AsSpan(0, lines.Length - 1), isRow) is > 0 and var rows)
            {
                return rows;
            }
        }
        return 0;
    }

    private static int CountRows(ReadOnlySpan<byte> lines, CsvRowTest isRow)
    {
        var rows = 0;
        for (lines = lines.TrimStart("\r\n"u8); !lines.IsEmpty; lines = lines.TrimStart("\r\n"u8))
        {
            if (!isRow(lines, out var length))
            {
                return 0;
            }
            rows++;
            lines = lines[length..];
        }
        return rows;
    }
}
