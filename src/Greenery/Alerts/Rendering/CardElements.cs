using System.Text.Json.Nodes;
using Greenery.Alerts.Messages;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// Elements of an Adaptive Card. Text goes into the runs of RichTextBlocks only: TextBlocks and facts read their text
/// as Markdown, which has no escape that all of Teams' clients know.
/// Source: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features.
/// </summary>
internal static class CardElements
{
    public static JsonObject Container(string style, params JsonNode[] items) => new()
    {
        ["type"] = "Container", ["style"] = style, ["bleed"] = true, ["items"] = new JsonArray(items),
    };

    /// <summary>A line of text, its parts in their styles.</summary>
    public static JsonObject Line(params JsonNode[] runs) => new()
    {
        ["type"] = "RichTextBlock", ["spacing"] = "Small", ["inlines"] = new JsonArray(runs),
    };

    /// <summary>As <see cref="Line"/>, further below what is above it.</summary>
    public static JsonObject FirstLine(params JsonNode[] runs) => With(Line(runs), "spacing", "Medium");

    /// <summary>A run without a style, in its short form.</summary>
    public static JsonNode Plain(string text) => JsonValue.Create(Literal(text));

    public static JsonObject Bold(string text) => Run(text, "weight", "Bolder");

    public static JsonObject Subtle(string text) => Run(text, "isSubtle", true);

    public static JsonObject Mono(string text) => Run(text, "fontType", "Monospace");

    /// <summary>The tone's word in its colour.</summary>
    public static JsonObject Word(MessageSeverity severity) =>
        With(Bold(Wording.Of(severity)), "color", Colour(severity));

    public static JsonObject With(JsonObject element, string name, JsonNode value)
    {
        element[name] = value;
        return element;
    }

    public static string Style(MessageSeverity severity) =>
        severity == MessageSeverity.Plain ? "emphasis" : Colour(severity).ToLowerInvariant();

    private static JsonObject Run(string text, string style, JsonNode value) => new()
    {
        ["type"] = "TextRun", ["text"] = Literal(text), [style] = value,
    };

    private static string Colour(MessageSeverity severity) => severity switch
    {
        MessageSeverity.Good => "Good",
        MessageSeverity.Plain => "Accent",
        MessageSeverity.Warning => "Warning",
        _ => "Attention",
    };

    // {{DATE(...)}} and {{TIME(...)}} are computed even in a TextRun; an invisible space between the braces keeps them
    // text.
    private static string Literal(string text) => text.Replace("{{", "{\u200B{", StringComparison.Ordinal);
}
