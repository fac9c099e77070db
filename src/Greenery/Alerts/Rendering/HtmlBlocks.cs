using Greenery.Alerts.Messages;
using static Greenery.Alerts.Rendering.MailColours;

namespace Greenery.Alerts.Rendering;

/// <summary>The blocks of a mail, each a row of its one column.</summary>
internal static class HtmlBlocks
{
    public static Html Of(Block block) => block switch
    {
        Block.Paragraph paragraph => Row("", $"<div class=\"ink\" style=\"{MailStyle.Body}\">{paragraph.Text}</div>"),
        Block.Facts facts => Row("", Table(facts.Items.Select(Fact))),
        Block.Problems problems =>
            Row(problems.Caption, $"{Table(problems.Items.Select(Problem))}{More(problems.More)}"),
        Block.Samples samples => Row(samples.Caption, $"{HtmlTables.Samples(samples)}{More(samples.More)}"),
        Block.Table table => Row(table.Caption, $"{HtmlTables.Table(table)}{More(table.More)}"),
        Block.Trends trends => Row(trends.Caption, Table(trends.Items.Select(HtmlTrends.Trend))),
        _ => Html.Empty,
    };

    private static Html Row(string caption, Html content) =>
        $"""
        <tr><td class="pad" style="padding:14px 28px 6px 28px">{(caption.Length == 0 ? Html.Empty : Caption(caption))}{content}</td></tr>

        """;

    private static Html Caption(string caption) =>
        $"<h2 class=\"ink\" style=\"{MailStyle.Caption};{MailStyle.Break}\">{Html.Breakable(caption)}</h2>";

    private static Html Table(IEnumerable<Html> rows) =>
        $"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">{rows}</table>";

    private static Html More(int number) =>
        number == 0 ? Html.Empty
            : $"<div class=\"muted\" style=\"{MailStyle.Small};padding-top:6px\">{Wording.More(number)}</div>";

    private static Html Fact(Fact fact) =>
        $"""
        <tr><td width="32%" valign="top" class="muted line" style="{MailStyle.Small};padding:5px 12px 5px 0;border-top:1px solid {Line};{MailStyle.Break}">{fact.Name}</td>
        <td valign="top" class="ink line" style="{MailStyle.Font};font-size:14px;line-height:19px;color:{Ink};padding:5px 0;border-top:1px solid {Line};{MailStyle.Break}">{fact.Value}</td></tr>
        """;

    // As short as can be: there may be a hundred of them.
    private static Html Problem(MessageProblem problem) =>
        $"""
        <tr><td width="4" bgcolor="{ColourOf(problem.Severity)}" class="edge" style="font-size:1px;border-bottom:8px solid {Card}">&nbsp;</td>
        <td colspan="{(problem.Failing is null ? 2 : 1)}" valign="top" class="ink" style="{MailStyle.Font};font-size:14px;line-height:20px;color:{Ink};padding:2px 10px 14px 14px;{MailStyle.Break}"><b style="font-size:15px">{Html.Breakable(problem.Subject)}</b><br>{problem.Text}{Details(problem)}<br><span class="muted" style="font-size:13px;color:{Muted}"><b class="{ClassOf(problem.Severity)}" style="color:{ColourOf(problem.Severity)}">{Wording.Of(problem.Severity)}</b>{Foot(problem)}</span></td>{Number(problem)}</tr>

        """;

    private static Html Details(MessageProblem problem) =>
        $"{Wording.Details(problem).Select(Detail)}{Query(problem.RowsSql)}";

    private static Html Detail(string line) => $"<br><span class=\"muted\" style=\"color:{Muted}\">{line}</span>";

    private static Html Query(string sql) => sql.Length == 0 ? Html.Empty
        :
        $"""
        <br><span class="muted" style="{MailStyle.Mono};font-size:12px;line-height:17px;color:{Muted}">{sql}</span>
        """;

    private static string Foot(MessageProblem problem) =>
        Wording.Foot(problem) is { Length: > 0 } foot ? $" · {foot}" : "";

    private static Html Number(MessageProblem problem) => problem.Failing is not { } failing ? Html.Empty :
        $"""
        <td width="92" align="right" valign="top" class="muted" style="{MailStyle.Font};font-size:12px;line-height:16px;color:{Muted}"><b class="{ClassOf(problem.Severity)}" style="font-size:20px;line-height:26px;color:{ColourOf(problem.Severity)}">{Wording.Count(failing)}</b><br>{Beneath(failing, problem.Before)}</td>
        """;

    private static string Beneath(long failing, long? before)
    {
        var rows = failing == 1 ? "row" : "rows";
        return before is not { } number ? rows : number == failing ? $"{rows}, as before"
            : $"{rows}, {Wording.Count(number)} before";
    }
}
