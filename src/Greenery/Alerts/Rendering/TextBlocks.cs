using Greenery.Alerts.Messages;

namespace Greenery.Alerts.Rendering;

/// <summary>The blocks of a message as lines of text, for mail and for logs alike.</summary>
internal static class TextBlocks
{
    /// <summary>More columns than these cannot be read side by side: each row becomes a list.</summary>
    public const int MostColumnsOfSamples = 4;

    /// <summary>The first line of a block with a caption is the caption; there are no empty lines.</summary>
    public static IEnumerable<string> Lines(Block block) => All(block).Where(line => !string.IsNullOrWhiteSpace(line));

    private static IEnumerable<string> All(Block block) => block switch
    {
        Block.Paragraph paragraph => [paragraph.Text],
        Block.Facts facts => Lines(facts),
        Block.Problems problems => [problems.Caption, .. problems.Items.SelectMany(Lines), .. More(problems.More)],
        Block.Samples samples => [samples.Caption, .. Lines(samples), .. More(samples.More)],
        Block.Table table =>
            [table.Caption, .. Indented(TextTable.Lines(table.Columns, table.Numeric, table.Rows)),
            .. More(table.More)],
        Block.Trends trends => [trends.Caption, .. trends.Items.SelectMany(Lines)],
        _ => [],
    };

    private static IEnumerable<string> Lines(Block.Facts facts)
    {
        var width = facts.Items.Select(fact => TextTable.Width(fact.Name)).DefaultIfEmpty().Max();
        return facts.Items.Select(fact =>
            $"{fact.Name}: {new string(' ', width - TextTable.Width(fact.Name))}{fact.Value}");
    }

    private static IEnumerable<string> Lines(Block.Samples samples) => samples.Columns.Count <= MostColumnsOfSamples
        ? Indented(TextTable.Lines(samples.Columns, [], samples.Rows))
        : samples.Rows.SelectMany(row =>
            samples.Columns.Select((column, j) => $"{(j == 0 ? "* " : "  ")}{column}: {row[j]}"));

    private static IEnumerable<string> Lines(MessageProblem problem)
    {
        yield return $"* {Wording.Of(problem.Severity)}: {problem.Subject}";
        yield return $"  {problem.Text}";
        foreach (var line in Wording.Details(problem).Append(problem.RowsSql))
        {
            yield return $"  {line}";
        }
        yield return $"  {Wording.Dotted(Wording.Rows(problem), Wording.Foot(problem))}";
    }

    private static IEnumerable<string> Lines(Trend trend)
    {
        yield return $"* {trend.Title}: {trend.Value}";
        yield return $"  {Wording.Dotted(trend.Changes)}";
        yield return $"  {Wording.Dotted(TrendBars.Line(trend.Points), trend.Range)}";
    }

    private static IEnumerable<string> Indented(IEnumerable<string> lines) => lines.Select(line => "  " + line);

    private static IEnumerable<string> More(int number) => number > 0 ? ["  " + Wording.More(number)] : [];
}
