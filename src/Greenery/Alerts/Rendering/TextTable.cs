namespace Greenery.Alerts.Rendering;

/// <summary>Rows and columns in characters of one width.</summary>
internal static class TextTable
{
    private const int WidestColumn = 40;

    /// <summary>Head, a rule, and the rows, each one line; columns are as wide as their widest value.</summary>
    public static IEnumerable<string> Lines(
        IReadOnlyList<string> columns, IReadOnlyList<int> numeric, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = columns.Select((column, i) => rows.Select(row => Width(row[i])).Append(Width(column)).Max())
            .Select(width => Math.Min(width, WidestColumn)).ToArray();
        string Line(IReadOnlyList<string> cells) => string.Join("  ", cells.Select((cell, i) =>
            numeric.Contains(i) ? Blanks(cell, widths[i]) + cell : cell + Blanks(cell, widths[i]))).TrimEnd();

        return [Line(columns), string.Join("  ", widths.Select(width => new string('-', width))), .. rows.Select(Line)];
    }

    /// <summary>
    /// How many columns of a terminal a text takes: Chinese, Japanese, Korean and emoji take two a character.
    /// </summary>
    public static int Width(string text) => text.EnumerateRunes().Sum(rune => IsWide(rune.Value) ? 2 : 1);

    private static string Blanks(string cell, int width) => new(' ', Math.Max(0, width - Width(cell)));

    private static bool IsWide(int rune) => rune
        is >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0xA4CF or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF
        or >= 0xFE30 and <= 0xFE6F or >= 0xFF00 and <= 0xFF60 or >= 0x1F300 and <= 0x1FAFF or >= 0x20000 and <= 0x3FFFD;
}
