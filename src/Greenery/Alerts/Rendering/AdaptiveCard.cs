using System.Text.Json.Nodes;
using Greenery.Alerts.Messages;
using static Greenery.Alerts.Rendering.CardElements;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// A message as an Adaptive Card 1.5 in the envelope that a Teams Workflows webhook takes, with buttons for its links.
/// </summary>
internal static class AdaptiveCard
{
    /// <summary>
    /// Teams refuses about 28 KB, measured after it has expanded what it got, by a fifth and more. What is counted here
    /// is the JSON as .NET writes it, six bytes for each character outside ASCII, so that escapes count for the most
    /// they can become.
    /// </summary>
    public const int MostBytes = 18_000;

    private static readonly int[] _tops = [10, 5];

    /// <summary>The whole payload as JSON, in ASCII, of at most <see cref="MostBytes"/>.</summary>
    public static string Of(Message message) =>
        SizeLimiter.ToFit(TextSanitizer.Sanitize(message), MostBytes, _tops, shown => Envelope(shown).ToJsonString());

    private static JsonObject Envelope(Message message) => new()
    {
        ["type"] = "message",
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive", ["contentUrl"] = null,
            ["content"] = Card(message),
        }),
    };

    private static JsonObject Card(Message message) => new()
    {
        ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
        ["type"] = "AdaptiveCard",
        ["version"] = "1.5",
        ["msteams"] = new JsonObject { ["width"] = "Full" },
        ["body"] = new JsonArray([Head(message), .. message.Blocks.SelectMany(CardBlocks.Of)]),
        ["actions"] = new JsonArray([.. message.Links.Select(Button)]),
    };

    private static JsonObject Head(Message message) => Container(
        Style(message.Severity),
        Line(Word(message.Severity), Subtle($"  {Wording.Time(message.At)}")),
        Line(With(Bold(message.Title), "size", "Large")));

    private static JsonObject Button(Link link) => new()
    {
        ["type"] = "Action.OpenUrl", ["title"] = link.Text, ["url"] = link.Url.AbsoluteUri,
    };
}
