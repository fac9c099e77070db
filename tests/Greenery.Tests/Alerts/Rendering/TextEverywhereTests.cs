using System.Text.Json.Nodes;
using Greenery.Alerts.Rendering;

namespace Greenery.Tests.Alerts.Rendering;

/// <summary>HTML, Markdown and control characters in names are shown as what they are.</summary>
public sealed class TextEverywhereTests
{
    /// <summary>The first half of <see cref="SampleMessages.Nasty"/> as people read it.</summary>
    private const string Shown = "<b onclick=\"x()\">Fern</b> & 'co' **bold** _it_ [tap](https://evil.example) # `x` "
        + "{{DATE(2026-11-24T05:00:00Z)}}␀␛[31m␡";

    [Fact]
    public void In_a_mail()
    {
        var html = HtmlMail.Of(SampleMessages.Named("hostile"));

        MailShape.Verify(html);
        // The 24 of the text, the title of the page, the preheader and the id at the end.
        Assert.Equal(27, Count(MailShape.TextOf(html), Shown));
        Assert.DoesNotContain("javascript:", html, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_card()
    {
        var card = JsonNode.Parse(AdaptiveCard.Of(SampleMessages.Named("hostile")))!;

        CardShape.Verify(card);
        // Without the button and the head of the table's first column.
        Assert.Equal(22, Count(CardShape.TextOf(card), Shown));
        Assert.Single(card["attachments"]![0]!["content"]!["actions"]!.AsArray());
    }

    [Fact]
    public void In_text()
    {
        Assert.Equal(24, Count(PlainText.Of(SampleMessages.Named("hostile")), Shown));
        Assert.DoesNotContain(TextMail.Of(SampleMessages.Named("hostile")), c => char.IsControl(c) && c != '\n');
    }

    [Theory]
    [InlineData("  a \t b\r\n\u2028c ", "a b c")]
    [InlineData("\u0000\u0007\u001b\u007f", "␀␇␛␡")]
    [InlineData("\u0085\u0090x\u202Egpj.exe\u2066\uFFFF", "\uFFFDx\uFFFDgpj.exe\uFFFD\uFFFD")]
    [InlineData("", "")]
    [InlineData("12345678901", "1234567890…")]
    [InlineData("🌱🌱🌱🌱🌱🌱🌱🌱🌱🌱🌱", "🌱🌱🌱🌱🌱🌱🌱🌱🌱🌱…")]
    public void A_line_is_text_and_no_more(string text, string shown) =>
        Assert.Equal(shown, TextSanitizer.Line(text, text.StartsWith('\u0085') ? 20 : 10));

    [Fact]
    public void Half_a_character_is_none() =>
        Assert.Equal("\uFFFDx\uFFFD 🌱", TextSanitizer.Line("\uD83Cx\uDF31 🌱", 10));

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
