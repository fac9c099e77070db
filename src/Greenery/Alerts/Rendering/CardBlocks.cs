using System.Text.Json.Nodes;
using Greenery.Alerts.Messages;
using static Greenery.Alerts.Rendering.CardElements;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// The blocks of a card. Rows of tables are lines: a card is read on phones, and a table's cells take more bytes than
/// their text.
/// </summary>
internal static class CardBlocks
{
    public static IEnumerable<JsonNode> Of(Block block) => block switch
    {
        Block.Paragraph paragraph => [FirstLine(Plain(paragraph.Text))],
        Block.Facts facts => facts.Items.Select((fact, i) => Spaced(i, Subtle($"{fact.Name}: "), Bold(fact.Value))),
        Block.Problems problems =>
            [Caption(problems.Caption), .. problems.Items.SelectMany(Problem), .. More(problems.More)],
        Block.Samples samples =>
            [Caption(samples.Caption), .. samples.Rows.Select(row => Line(Plain(Pairs(samples.Columns, row)))),
                .. More(samples.More)],
        Block.Table table =>
            [Caption(table.Caption), .. table.Rows.Select(row => Row(table.Columns, row)), .. More(table.More)],
        Block.Trends trends => [Caption(trends.Caption), .. trends.Items.SelectMany(Trend)],
        _ => [],
    };

    private static JsonObject Caption(string caption) =>
        With(FirstLine(With(Bold(caption), "size", "Medium")), "separator", true);

    private static JsonObject Spaced(int index, params JsonNode[] runs) => index == 0 ? FirstLine(runs) : Line(runs);

    private static IEnumerable<JsonNode> Problem(MessageProblem problem)
    {
        yield return FirstLine(Word(problem.Severity), Bold($"  {problem.Subject}"));
        if (problem.Text.Length > 0)
        {
            yield return Line(Plain(problem.Text));
        }
        foreach (var line in Wording.Details(problem))
        {
            yield return Line(Subtle(line));
        }
        if (problem.RowsSql.Length > 0)
        {
            yield return Line(Mono(problem.RowsSql));
        }
        if (Wording.Dotted(Wording.Rows(problem), Wording.Foot(problem)) is { Length: > 0 } foot)
        {
            yield return Line(Subtle(foot));
        }
    }

    private static JsonObject Row(IReadOnlyList<string> columns, IReadOnlyList<string> row) =>
        Line(Bold(row.Count > 0 ? row[0] : ""), Plain($"  {Pairs([.. columns.Skip(1)], [.. row.Skip(1)])}"));

    // Without what is empty: "no drop" has no rows that could be new.
    private static string Pairs(IReadOnlyList<string> columns, IReadOnlyList<string> row) =>
        Wording.Dotted(columns.Zip(row).Where(pair => pair.Second.Length > 0)
            .Select(pair => $"{pair.First}: {pair.Second}"));

    private static IEnumerable<JsonNode> Trend(Trend trend)
    {
        yield return FirstLine(
            Subtle($"{trend.Title}  "), Bold(trend.Value), Plain($"  {Wording.Dotted(trend.Changes)}"));
        yield return Line(Mono(TrendBars.Line(trend.Points)), Subtle($"  {trend.Range}"));
    }

    private static IEnumerable<JsonNode> More(int number) => number > 0 ? [Line(Subtle(Wording.More(number)))] : [];
}
