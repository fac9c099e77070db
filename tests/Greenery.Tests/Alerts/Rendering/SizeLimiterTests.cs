using System.Text;
using System.Text.Json.Nodes;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;

namespace Greenery.Tests.Alerts.Rendering;

/// <summary>What a message that is too large for a channel loses, and in which order.</summary>
public sealed class SizeLimiterTests
{
    [Fact]
    public void What_fits_is_whole()
    {
        var text = Card(Message(3, rows: 5));

        Assert.Contains("value 5", text, StringComparison.Ordinal);
        Assert.DoesNotContain("shortened", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Failing_rows_go_first()
    {
        var text = Card(Message(3, rows: 500));

        Assert.Contains("check_3", text, StringComparison.Ordinal);
        Assert.Contains("value 3", text, StringComparison.Ordinal);
        Assert.DoesNotContain("value 4", text, StringComparison.Ordinal);
        Assert.Contains("and 497 more", text, StringComparison.Ordinal);
        Assert.Contains("This message was shortened; the page that the button opens has all of it.", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Then_all_but_the_ten_worst_problems()
    {
        var text = Card(Message(3000, rows: 5));

        Assert.Contains("check_3000", text, StringComparison.Ordinal);
        Assert.Equal(10, text.Split("check_").Length - 1);
        Assert.Equal(3, text.Split("Error  check_").Length - 1);
        Assert.Contains("and 2,990 more", text, StringComparison.Ordinal);
        Assert.DoesNotContain("value", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Then_there_are_counts_per_owner()
    {
        var text = Card(Message(3000, rows: 5, new string('植', 600)));

        Assert.Contains("crm@shop.example  Errors: 2 · Warnings: 1,498 · Others: 0", text, StringComparison.Ordinal);
        Assert.Contains(
            "finance@shop.example  Errors: 1 · Warnings: 1,499 · Others: 0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("check_", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Then_only_the_title_and_the_links_are_left()
    {
        var message = Message(1, 0) with
            { Blocks = [.. Enumerable.Repeat(new Block.Paragraph(new string('植', 600)), 50)] };
        var card = JsonNode.Parse(AdaptiveCard.Of(message))!["attachments"]![0]!["content"]!;

        Assert.Single(card["body"]!.AsArray());
        Assert.Single(card["actions"]!.AsArray());
    }

    [Fact]
    public void A_mail_shows_a_hundred_problems_of_thousands()
    {
        var text = MailShape.TextOf(HtmlMail.Of(Message(5000, rows: 1)));

        // And one in the preheader.
        Assert.Equal(101, text.Split("check_").Length - 1);
        Assert.Contains("and 4,900 more", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_digest_with_ten_figures_of_two_weeks_fits_a_card_and_a_mail_whole()
    {
        var figures = Enumerable.Range(1, 10).Select(i => new Trend(
            $"Key figure {i}", "79.8 %", ["+0.2 points since the day before", "+1.1 points since a week before"],
            [.. Enumerable.Range(1, 14).Select(day => (decimal?)day * i)], "78.1 % to 79.8 % in 14 days"));
        var digest = SampleMessages.Named("digest");
        digest = digest with
            { Blocks = [.. digest.Blocks.Where(block => block is not Block.Trends),
            new Block.Trends("Key figures", [.. figures])] };

        Assert.DoesNotContain("shortened", Card(digest), StringComparison.Ordinal);
        Assert.DoesNotContain("shortened", HtmlMail.Of(digest), StringComparison.Ordinal);
    }

    private static string Card(Message message)
    {
        var payload = AdaptiveCard.Of(message);
        Assert.InRange(Encoding.UTF8.GetByteCount(payload), 1, 18_000);
        return CardShape.TextOf(JsonNode.Parse(payload)!);
    }

    // The last three problems are errors, all others warnings; owners take turns.
    private static Message Message(int problems, int rows, string words = "14 rows have none.") =>
        SampleMessages.Named("infrastructure") with
    {
        Blocks =
        [
            new Block.Problems("What fails",
            [
                .. Enumerable.Range(1, problems).Select(i => new MessageProblem(
                    $"check_{i}", i > problems - 3 ? MessageSeverity.Error : MessageSeverity.Warning, i % 2 == 0
                        ? "crm@shop.example" : "finance@shop.example",
                    words, i, null, "new")),
            ]),
            new Block.Samples(
                "Failing rows", ["column"], [.. Enumerable.Range(1, rows).Select(i => (string[])[$"value {i}"])]),
        ],
    };
}
