using Greenery.Alerts.Messages;
using static Greenery.Alerts.Rendering.MailColours;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// A message as HTML mail, written as Outlook (which draws with Word) and Gmail want it: tables, styles in every cell,
/// widths as attributes, no image, no script.
/// </summary>
internal static class HtmlMail
{
    /// <summary>Gmail hides what is beyond 102 KB.</summary>
    public const int MostBytes = 100_000;

    /// <summary>How many problems and rows of a table are tried when not all fit, most first.</summary>
    public static readonly int[] Tops = [100, 50, 25, 10];

    public static string Of(Message message) =>
        SizeLimiter.ToFit(TextSanitizer.Sanitize(message), MostBytes, Tops, shown => Page(shown).ToString());

    private static Html Page(Message message) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <title>{message.Title}</title>
        <style>
        {Css}
        </style>
        </head>
        <body class="page" style="margin:0;padding:0;background:{MailColours.Page}">
        <div style="display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;color:{MailColours.Page}">{Preheader(message)}</div>
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="{MailColours.Page}" class="page">
        <tr><td align="center" style="padding:20px 8px">
        <!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="{Card}" class="card" style="max-width:640px;background:{Card};border-radius:10px">
        <tr><td height="6" bgcolor="{ColourOf(message.Severity)}" style="height:6px;font-size:1px;line-height:6px;border-radius:10px 10px 0 0">&nbsp;</td></tr>
        {Head(message)}
        {message.Blocks.Select(HtmlBlocks.Of)}
        {Buttons(message.Links)}
        {Foot(message)}
        </table>
        <!--[if mso]></td></tr></table><![endif]-->
        </td></tr>
        </table>
        </body>
        </html>

        """;

    // What a list of mails shows beside the subject.
    private static string Preheader(Message message) => message.Blocks
        .Select(block => block switch
        {
            Block.Paragraph paragraph => paragraph.Text,
            Block.Problems { Items: [var first, ..] } => $"{first.Subject}: {first.Text}",
            Block.Trends trends => Wording.Dotted(trends.Items.Take(4).Select(trend => $"{trend.Title} {trend.Value}")),
            _ => "",
        })
        .FirstOrDefault(words => words.Length > 0) ?? "";

    private static Html Head(Message message) =>
        $"""
        <tr><td class="pad" style="padding:22px 28px 4px 28px">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
        <td class="leaf" style="{MailStyle.Font};font-size:13px;font-weight:bold;letter-spacing:2px;color:{Leaf}">GREENERY</td>
        <td align="right"><table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td bgcolor="{ColourOf(message.Severity)}" style="{MailStyle.Font};font-size:12px;font-weight:bold;color:#ffffff;background:{ColourOf(message.Severity)};padding:3px 10px;border-radius:10px">{Wording.Of(message.Severity)}</td></tr></table></td>
        </tr></table>
        <h1 class="ink" style="{MailStyle.Font};margin:14px 0 4px 0;font-size:22px;line-height:29px;color:{Ink};{MailStyle.Break}">{message.Title}</h1>
        <div class="muted" style="{MailStyle.Small}">{Wording.Time(message.At)}</div>
        </td></tr>
        """;

    private static Html Buttons(IReadOnlyList<Link> links) => links.Count == 0 ? Html.Empty :
        $"""
        <tr><td class="pad" style="padding:22px 28px 2px 28px">{links.Select(Button)}</td></tr>
        """;

    // Outlook ignores the padding of a link, so its cell has some of its own.
    private static Html Button(Link link, int index) =>
        $"""
        <table role="presentation" align="left" cellpadding="0" cellspacing="0" border="0" style="margin:0 10px 10px 0"><tr>
        <td bgcolor="{(index == 0 ? Leaf : Card)}" class="{(index == 0 ? "" : "card")}" style="border:1px solid {Leaf};border-radius:6px;mso-padding-alt:10px 18px"><a href="{link.Url.AbsoluteUri}" class="{(index == 0 ? "" : "leaf")}" style="{MailStyle.Font};display:inline-block;padding:10px 18px;font-size:15px;font-weight:bold;text-decoration:none;color:{(index == 0 ? Card : Leaf)}">{link.Text}</a></td>
        </tr></table>
        """;

    private static Html Foot(Message message) =>
        $"""
        <tr><td class="pad" style="padding:20px 28px 24px 28px"><div class="muted line" style="{MailStyle.Small};border-top:1px solid {Line};padding-top:12px;{MailStyle.Break}">Sent by Greenery, the shop's daily data run. Message {TextSanitizer.Line(message.Id, 120)}.</div></td></tr>
        """;
}
