using System.Text;
using Greenery.Alerts.Messages;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// A message that every format can show as it is: names and values of the data are text of one line and of bearable
/// length, whatever was in them, and every row has as many cells as its table has columns.
/// </summary>
internal static class TextSanitizer
{
    private const int LongestTitle = 160;
    private const int LongestName = 120;
    private const int LongestCell = 160;
    private const int LongestWords = 600;
    private const int LongestUrl = 1500;
    private const int MostLinks = 5;

    public static Message Sanitize(Message message) => message with
    {
        Title = Line(message.Title, LongestTitle) is { Length: > 0 } title ? title : "Greenery",
        Blocks = [.. message.Blocks.Select(Sanitize)],
        Links = [.. message.Links.Where(IsWebAddress).Take(MostLinks)
            .Select(link => link with { Text = Line(link.Text, LongestName) })],
    };

    /// <summary>
    /// Text of one line: white space becomes one blank, other control characters become their pictures (U+2400 and on),
    /// so that they are seen; what would turn the order of letters around, and what is no character, becomes U+FFFD.
    /// </summary>
    /// <param name="text">Anything.</param>
    /// <param name="longest">In Unicode characters; what is beyond becomes an ellipsis.</param>
    public static string Line(string text, int longest)
    {
        var shown = new StringBuilder(Math.Min(text.Length, longest));
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var next = Rune.IsWhiteSpace(rune) ? new Rune(' ') : Shown(rune);
            if (next.Value == ' ' && (shown.Length == 0 || shown[^1] == ' '))
            {
                continue;
            }
            if (length++ == longest)
            {
                return shown.ToString().TrimEnd() + "…";
            }
            shown.Append(next.ToString());
        }
        return shown.ToString().TrimEnd();
    }

    private static Rune Shown(Rune rune) => rune.Value switch
    {
        < 0x20 => new Rune(0x2400 + rune.Value),
        0x7F => new Rune(0x2421),
        >= 0x80 and <= 0x9F => Rune.ReplacementChar,
        >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 => Rune.ReplacementChar,
        var value when (value & 0xFFFE) == 0xFFFE => Rune.ReplacementChar,
        _ => rune,
    };

    private static Block Sanitize(Block block) => block switch
    {
        Block.Paragraph paragraph => new Block.Paragraph(Line(paragraph.Text, LongestWords)),
        Block.Facts facts => new Block.Facts(
            [.. facts.Items.Select(fact => new Fact(Line(fact.Name, LongestName), Line(fact.Value, LongestCell)))]),
        Block.Problems problems =>
            problems with { Caption = Caption(problems.Caption), Items = [.. problems.Items.Select(Sanitize)] },
        Block.Samples samples => samples with
        {
            Caption = Caption(samples.Caption),
            Columns = [.. samples.Columns.Select(Name)],
            Rows = Rows(samples.Rows, samples.Columns.Count),
        },
        Block.Table table => table with
        {
            Caption = Caption(table.Caption),
            Columns = [.. table.Columns.Select(Name)],
            Rows = Rows(table.Rows, table.Columns.Count),
        },
        Block.Trends trends => new Block.Trends(Caption(trends.Caption), [.. trends.Items.Select(Sanitize)]),
        _ => throw new InvalidOperationException($"No format shows a block of type {block.GetType().Name}."),
    };

    private static MessageProblem Sanitize(MessageProblem problem) => problem with
    {
        Subject = Name(problem.Subject),
        Owner = Name(problem.Owner),
        Text = Line(problem.Text, LongestWords),
        Change = Name(problem.Change),
        Why = Line(problem.Why, LongestWords),
        Affects = Line(problem.Affects, LongestWords),
        RowsSql = Line(problem.RowsSql, LongestWords),
    };

    private static Trend Sanitize(Trend trend) => trend with
    {
        Title = Name(trend.Title),
        Value = Name(trend.Value),
        Changes = [.. trend.Changes.Select(Name)],
        Range = Name(trend.Range),
    };

    private static IReadOnlyList<string>[] Rows(IReadOnlyList<IReadOnlyList<string>> rows, int columns) =>
        [.. rows.Select(row => Enumerable.Range(0, columns).Select(i => i < row.Count ? Cell(row[i]) : "").ToArray())];

    // Where a line ends inside a value is part of what is wrong with it.
    private static string Cell(string value) => Line(
        value.Replace("\t", "␉", StringComparison.Ordinal).Replace("\r", "␍", StringComparison.Ordinal)
            .Replace("\n", "␊", StringComparison.Ordinal),
        LongestCell);

    private static string Caption(string text) => Name(text) is { Length: > 0 } caption ? caption : "Details";

    private static string Name(string text) => Line(text, LongestName);

    private static bool IsWebAddress(Link link) =>
        link.Url.IsAbsoluteUri && link.Url.Scheme is ("http" or "https") && link.Url.AbsoluteUri.Length <= LongestUrl;
}
