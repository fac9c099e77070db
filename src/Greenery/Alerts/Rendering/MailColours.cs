using Greenery.Alerts.Messages;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// The colours of a mail. Light ones stand inline, because many clients ignore style sheets; the dark ones are for
/// those that do not, by class.
/// </summary>
internal static class MailColours
{
    public static Html Page { get; } = $"#eef3ee";

    public static Html Card { get; } = $"#ffffff";

    public static Html Ink { get; } = $"#1c2b22";

    public static Html Muted { get; } = $"#5a6b61";

    public static Html Line { get; } = $"#dfe7e1";

    public static Html Leaf { get; } = $"#2f7d57";

    public static Html PaleLeaf { get; } = $"#b5d6c3";

    /// <summary>
    /// For the badge, the edge of a problem and its number; white letters on it, and it on white, can be read (4.5 :
    /// 1).
    /// </summary>
    public static Html ColourOf(MessageSeverity severity) => severity switch
    {
        MessageSeverity.Good => $"#267049",
        MessageSeverity.Plain => $"#35618e",
        MessageSeverity.Warning => $"#945200",
        _ => $"#b3261e",
    };

    /// <summary>The class whose colour is the tone's in the dark.</summary>
    public static Html ClassOf(MessageSeverity severity) => severity switch
    {
        MessageSeverity.Good => $"good",
        MessageSeverity.Plain => $"plain",
        MessageSeverity.Warning => $"warning",
        _ => $"error",
    };

    public static Html Css { get; } =
        $$$"""
        :root{color-scheme:light dark;supported-color-schemes:light dark}
        a{color:#2f7d57}
        @media (max-width:480px){.pad{padding-left:18px!important;padding-right:18px!important}.cell{padding-right:8px!important}
        .bars{width:150px!important}.wide{display:none!important}}
        @media (prefers-color-scheme:dark){
        .page{background:#101713!important}.card{background:#1a241e!important}.ink{color:#e7efe9!important}
        .muted{color:#a2b3a8!important}.line{border-color:#324138!important}.head{background:#223028!important}
        .edge{border-color:#1a241e!important}.leaf{color:#7cc9a0!important}.bar{background:#3f6a53!important}.now{background:#7cc9a0!important}
        .good{color:#7cc9a0!important}.plain{color:#93bdea!important}.warning{color:#f0b35c!important}.error{color:#ff9a91!important}}
        """;
}
