using Greenery.Alerts.Messages;
using static Greenery.Alerts.Rendering.MailColours;

namespace Greenery.Alerts.Rendering;

/// <summary>Tables of data in a mail.</summary>
internal static class HtmlTables
{
    private const int LongestPiece = 16;

    // A phone has room for no more; the others are those of least interest.
    private const int ColumnsOnPhone = 4;

    public static Html Table(Block.Table table) => Grid(table.Columns, table.Numeric, table.Rows, MailStyle.Font);

    public static Html Samples(Block.Samples samples) => samples.Columns.Count <= TextBlocks.MostColumnsOfSamples
        ? Grid(samples.Columns, [], samples.Rows, MailStyle.Mono)
        : $"{samples.Rows.Select(row => Record(samples.Columns, row))}";

    private static Html Grid(
        IReadOnlyList<string> columns, IReadOnlyList<int> numeric, IReadOnlyList<IReadOnlyList<string>> rows,
        Html font) =>
        $"""
        <table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse"><tr>{columns.Select((column, i) => Head(column, numeric.Contains(i), i))}</tr>
        {rows.Select(row => Row(row, numeric, font))}</table>
        """;

    private static Html Head(string column, bool isNumeric, int index) =>
        $"""
        <th scope="col" align="{Side(isNumeric)}" valign="bottom" class="muted head cell{Wide(index)}" style="{MailStyle.Small};font-size:12px;font-weight:bold;background:{Page};padding:5px 12px 5px 6px">{Html.Breakable(column)}</th>
        """;

    private static Html Row(IReadOnlyList<string> cells, IReadOnlyList<int> numeric, Html font) =>
        $"<tr>{cells.Select((cell, i) => Cell(cell, numeric.Contains(i), font, i))}</tr>\n";

    private static Html Cell(string cell, bool isNumeric, Html font, int index) =>
        $"""
        <td align="{Side(isNumeric)}" valign="top" class="ink line cell{Wide(index)}" style="{font};font-size:13px;line-height:19px;color:{Ink};padding:5px 12px 5px 6px;border-bottom:1px solid {Line};{Wrapping(cell, isNumeric)}">{Text(cell, isNumeric)}</td>
        """;

    private static Html Text(string cell, bool isNumeric) =>
        IsWhole(cell, isNumeric) ? $"{cell}" : Html.Breakable(cell);

    private static string Wide(int index) => index < ColumnsOnPhone ? "" : " wide";

    // An amount is not broken at its point.
    private static bool IsWhole(string cell, bool isNumeric) => isNumeric && cell.Length <= LongestPiece;

    // A column is as wide as its longest piece, but no piece may make the table wider than a phone.
    private static Html Wrapping(string cell, bool isNumeric) =>
        IsWhole(cell, isNumeric) ? $"white-space:nowrap"
        : cell.Split(' ', '_', '.', '-').All(piece => piece.Length <= LongestPiece) ? Html.Empty
        : MailStyle.Break;

    private static string Side(bool isNumeric) => isNumeric ? "right" : "left";

    private static Html Record(IReadOnlyList<string> columns, IReadOnlyList<string> row) =>
        $"""
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="ink line" style="{MailStyle.Mono};font-size:13px;line-height:20px;color:{Ink};padding:6px 0;border-top:1px solid {Line};{MailStyle.Break}">{columns.Select((column, i) => Pair(column, row[i]))}</td></tr></table>
        """;

    private static Html Pair(string column, string value) =>
        $"<span class=\"muted\" style=\"color:{Muted}\">{column}</span> {value}<br>";
}
