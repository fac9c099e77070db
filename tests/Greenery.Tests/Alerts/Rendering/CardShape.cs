using System.Text.Json.Nodes;

namespace Greenery.Tests.Alerts.Rendering;

/// <summary>What a Workflows webhook takes, of what Adaptive Cards 1.5 have, as far as we use it.</summary>
internal static class CardShape
{
    public static void Verify(JsonNode payload)
    {
        Assert.Equal(["type", "attachments"], payload.AsObject().Select(pair => pair.Key));
        Assert.Equal("message", (string?)payload["type"]);
        var attachment = Assert.Single(payload["attachments"]!.AsArray())!;
        Assert.Equal("application/vnd.microsoft.card.adaptive", (string?)attachment["contentType"]);
        Assert.True(attachment.AsObject().TryGetPropertyValue("contentUrl", out var url) && url is null);
        VerifyCard(attachment["content"]!);
    }

    /// <summary>All texts of the card's body, one after another.</summary>
    public static string TextOf(JsonNode payload) => string.Concat(
            Elements(payload["attachments"]![0]!["content"]!["body"]!).Where(element => element["inlines"] is not null)
                .SelectMany(element => element["inlines"]!.AsArray())
                .Select(run => run is JsonValue ? (string)run! : (string)run!["text"]!))
        .Replace("{\u200B{", "{{", StringComparison.Ordinal);

    private static void VerifyCard(JsonNode card)
    {
        Assert.Equal(("AdaptiveCard", "1.5", "Full"),
            ((string?)card["type"], (string?)card["version"], (string?)card["msteams"]!["width"]));
        Assert.NotEmpty(card["body"]!.AsArray());
        Assert.All(Elements(card["body"]!), VerifyElement);
        Assert.All(card["actions"]!.AsArray(), action =>
        {
            Assert.Equal("Action.OpenUrl", (string?)action!["type"]);
            Assert.Matches("^https?://", (string?)action["url"]);
        });
    }

    private static IEnumerable<JsonNode> Elements(JsonNode elements) => elements.AsArray().SelectMany(element =>
        (JsonNode[])[element!, .. element!["items"] is { } items ? Elements(items) : []]);

    // No TextBlock and no FactSet: those read Markdown.
    private static void VerifyElement(JsonNode element)
    {
        Assert.Contains((string?)element["type"], (string?[])["Container", "RichTextBlock"]);
        Assert.All(element["inlines"]?.AsArray() ?? [], run =>
        {
            var text = run is JsonValue ? (string)run! : (string)run!["text"]!;
            Assert.DoesNotContain(text, char.IsControl);
            Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
            Assert.True(run is JsonValue || (string?)run!["type"] == "TextRun");
        });
    }
}
