using static Greenery.Alerts.Rendering.MailColours;

namespace Greenery.Alerts.Rendering;

/// <summary>Inline styles that cells share: Outlook passes none on from a table to its cells.</summary>
internal static class MailStyle
{
    public static Html Font { get; } = $"font-family:Segoe UI,Helvetica,Arial,sans-serif";

    public static Html Mono { get; } = $"font-family:Consolas,Menlo,monospace";

    public static Html Break { get; } = $"word-break:break-word";

    public static Html Body { get; } = $"{Font};font-size:15px;line-height:22px;color:{Ink};{Break}";

    public static Html Small { get; } = $"{Font};font-size:13px;line-height:19px;color:{Muted}";

    public static Html Caption
        { get; } = $"{Font};margin:0 0 6px 0;font-size:16px;line-height:22px;font-weight:bold;color:{Ink}";
}
