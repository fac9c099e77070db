using System.Text;
using Greenery.Alerts.Messages;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// Makes a message fit where only so many bytes go, in steps that keep what matters longest: fewer failing rows, then
/// only the worst problems and the first rows of tables, then counts per owner, then the title and the links.
/// </summary>
internal static class SizeLimiter
{
    // A problem, a row or a figure takes more in every format: thousands are not even tried.
    private const int LeastBytesOfItem = 50;

    /// <summary>The largest form of a message that fits.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="most">UTF-8 bytes.</param>
    /// <param name="tops">How many problems and rows to try, most first.</param>
    /// <param name="format">A title alone must fit, whatever it is.</param>
    public static string ToFit(Message message, int most, IReadOnlyList<int> tops, Func<Message, string> format) =>
        Steps(message, tops).Where(step => step.Blocks.Sum(Items) <= most / LeastBytesOfItem)
            .Select(format).First(text => Encoding.UTF8.GetByteCount(text) <= most);

    private static IEnumerable<Message> Steps(Message message, IReadOnlyList<int> tops)
    {
        yield return message;
        foreach (var rows in (int[])[3, 1, 0])
        {
            yield return Shortened(message, block => WithSamples(block, rows));
        }
        foreach (var top in tops)
        {
            yield return Shortened(message, block => WithTop(block, top));
        }
        yield return Shortened(message, OnlyCounts);
        yield return message with { Blocks = [] };
        yield return message with { Blocks = [], Links = [] };
    }

    private static int Items(Block block) => block switch
    {
        Block.Problems problems => problems.Items.Count,
        Block.Samples samples => samples.Rows.Count,
        Block.Table table => table.Rows.Count,
        Block.Facts facts => facts.Items.Count,
        Block.Trends trends => trends.Items.Count,
        _ => 1,
    };

    private static Message Shortened(Message message, Func<Block, Block?> change) => message with
    {
        Blocks =
        [
            .. message.Blocks.Select(change).OfType<Block>(),
            new Block.Paragraph(message.Links.Count > 0
                ? "This message was shortened; the page that the button opens has all of it."
                : "This message was shortened."),
        ],
    };

    private static Block? WithSamples(Block block, int rows) => block switch
    {
        Block.Samples when rows == 0 => null,
        Block.Problems problems when rows == 0 =>
            problems with { Items = [.. problems.Items.Select(problem => problem with { RowsSql = "" })] },
        Block.Samples samples =>
            samples with { Rows = First(samples.Rows, rows), More = samples.More + Beyond(samples.Rows, rows) },
        _ => block,
    };

    private static Block? WithTop(Block block, int top) => block switch
    {
        Block.Samples => null,
        Block.Problems problems => problems with
        {
            Items = First([.. problems.Items.OrderByDescending(problem => problem.Severity)
                .Select(problem => problem with { Why = "", Affects = "", RowsSql = "" })], top),
            More = problems.More + Beyond(problems.Items, top),
        },
        Block.Table table => table with { Rows = First(table.Rows, top), More = table.More + Beyond(table.Rows, top) },
        Block.Facts facts => new Block.Facts(First(facts.Items, top)),
        Block.Trends trends => trends with { Items = First(trends.Items, top) },
        _ => block,
    };

    private static Block? OnlyCounts(Block block) => block switch
    {
        Block.Problems problems => WithTop(PerOwner(problems), 10),
        Block.Paragraph or Block.Facts => WithTop(block, 10),
        _ => null,
    };

    private static Block.Table PerOwner(Block.Problems problems) => new(
        problems.Caption,
        ["Owner", "Errors", "Warnings", "Others"],
        [1, 2, 3],
        [
            .. problems.Items.GroupBy(problem => problem.Owner)
                .OrderByDescending(owner => owner.Count(problem => problem.Severity == MessageSeverity.Error))
                .ThenBy(owner => owner.Key, StringComparer.Ordinal)
                .Select(owner => (string[])
                [
                    owner.Key.Length > 0 ? owner.Key : "unassigned",
                    Wording.Count(owner.Count(problem => problem.Severity == MessageSeverity.Error)),
                    Wording.Count(owner.Count(problem => problem.Severity == MessageSeverity.Warning)),
                    Wording.Count(owner.Count(problem => problem.Severity < MessageSeverity.Warning)),
                ]),
        ]);

    private static IReadOnlyList<T> First<T>(IReadOnlyList<T> items, int most) => [.. items.Take(most)];

    private static int Beyond<T>(IReadOnlyList<T> items, int most) => Math.Max(0, items.Count - most);
}
