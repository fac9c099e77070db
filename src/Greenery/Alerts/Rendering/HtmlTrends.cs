using Greenery.Alerts.Messages;
using static Greenery.Alerts.Rendering.MailColours;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// A key figure in a mail: its value, its change in words, and its last days as cells of different height.
/// </summary>
internal static class HtmlTrends
{
    private const int Highest = 36;

    public static Html Trend(Trend trend) =>
        $"""
        <tr><td valign="top" class="line" style="padding:10px 12px 12px 0;border-top:1px solid {Line}"><div class="muted" style="{MailStyle.Small};{MailStyle.Break}">{trend.Title}</div>
        <div class="ink" style="{MailStyle.Font};font-size:22px;line-height:30px;font-weight:bold;color:{Ink}">{trend.Value}</div>
        {trend.Changes.Select(Change)}</td>
        <td width="220" valign="top" class="line bars" style="width:220px;padding:14px 0 12px 0;border-top:1px solid {Line}">{Bars(trend)}</td></tr>
        """;

    private static Html Change(string change) =>
        $"<div class=\"ink\" style=\"{MailStyle.Font};font-size:13px;line-height:19px;color:{Ink};"
            + $"{MailStyle.Break}\">{change}</div>";

    private static Html Bars(Trend trend)
    {
        var heights = TrendBars.Heights(trend.Points);
        return heights.Count == 0 ? Html.Empty :
            $"""
            <table role="img" aria-label="{trend.Range}" width="100%" height="{Highest}" cellpadding="0" cellspacing="0" border="0" class="line" style="border-bottom:1px solid {Line}"><tr>{heights.Select((height, i) => Bar(height, i == heights.Count - 1))}</tr></table>
            <div class="muted" style="{MailStyle.Small};font-size:12px;padding-top:4px;{MailStyle.Break}">{trend.Range}</div>
            """;
    }

    // The outer cell aligns a bar at the bottom; the inner one has its height, which Outlook takes from the attribute.
    // Kept short: ten figures of two weeks are 140 bars.
    private static Html Bar(double? height, bool isNow) =>
        $"""
        <td valign="bottom" style="padding:0 1px">{(height is { } share ? Block(Math.Max(1, (int)Math.Round(share * Highest)), isNow) : Html.Empty)}</td>
        """;

    private static Html Block(int height, bool isNow) =>
        $"""
        <table width="100%" cellpadding="0" cellspacing="0"><tr><td height="{height}" bgcolor="{(isNow ? Leaf : PaleLeaf)}" class="{(isNow ? "now" : "bar")}" style="font-size:1px;line-height:1px">&nbsp;</td></tr></table>
        """;
}
