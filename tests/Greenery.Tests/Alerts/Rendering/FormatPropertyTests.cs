using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;

namespace Greenery.Tests.Alerts.Rendering;

/// <summary>What holds for every message, whatever is in it.</summary>
public sealed class FormatPropertyTests
{
    [Fact]
    public void A_card_is_well_formed_and_fits_Teams() => ForAll(message =>
    {
        var payload = AdaptiveCard.Of(message);

        Assert.InRange(Encoding.UTF8.GetByteCount(payload), 1, 18_000);
        CardShape.Verify(JsonNode.Parse(payload)!);
    });

    [Fact]
    public void A_mail_has_only_our_markup_and_is_not_clipped() => ForAll(message =>
    {
        var html = HtmlMail.Of(message);

        Assert.InRange(Encoding.UTF8.GetByteCount(html), 1, 100_000);
        MailShape.Verify(html);
    });

    [Fact]
    public void Text_has_no_control_characters_but_line_ends() => ForAll(message => Assert.All(
        (string[])[TextMail.Of(message), PlainText.Of(message)],
        text => Assert.DoesNotContain(text, c =>
            (char.IsControl(c) && c != '\n') || c is >= '\u202A' and <= '\u202E')));

    [Fact]
    public void The_title_is_in_every_format() => ForAll(message =>
    {
        var title = TextSanitizer.Sanitize(message).Title;

        Assert.Contains(title, PlainText.Of(message), StringComparison.Ordinal);
        Assert.Contains(title, MailShape.TextOf(HtmlMail.Of(message)), StringComparison.Ordinal);
        Assert.Contains(title, CardShape.TextOf(JsonNode.Parse(AdaptiveCard.Of(message))!), StringComparison.Ordinal);
    });

    private static void ForAll(Action<Message> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(50), Prop.ForAll(RandomMessages.Any, holds));
}
