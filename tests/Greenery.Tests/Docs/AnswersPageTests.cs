using System.Globalization;
using Greenery.Alerts;
using Greenery.Alerts.Routing;
using Greenery.SampleData;
using Greenery.Tests.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Docs;

/// <summary>
/// The queries of docs/answers.md run, and answer on the shop's real data what the page says.
/// <c>GREENERY_WRITE_GOLDEN=1</c> writes the answers anew: then read whether the text is still true.
/// </summary>
public sealed class AnswersPageTests
{
    private static readonly MarkdownPage Page = new("docs/answers.md");

    [Fact]
    public async Task Its_queries_run_on_a_shop_with_all_its_sources()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        SampleShop.Write(test.Drops, new SampleOptions { Days = 3 }, CancellationToken.None);
        await test.RunAsync();

        Assert.True(Page.Blocks("sql").Count >= 8);
        foreach (var query in Page.Blocks("sql"))
        {
            await AnswerAsync(test, query);
        }
    }

    [ShopDataFact]
    public async Task Its_answers_are_those_of_the_real_data()
    {
        await using var test = await ShopRun.RunAsync();
        await new Alerting(test.Database.Warehouse, test.Project, new AlertSettings(), [], TimeProvider.System)
            .NotifyAsync(CancellationToken.None);
        var queries = Page.Blocks("sql");
        var answers = Page.Blocks("text");
        Assert.Equal(queries.Count, answers.Count);
        var found = new List<string>();
        foreach (var query in queries)
        {
            found.Add(await AnswerAsync(test, query));
        }
        if (Environment.GetEnvironmentVariable("GREENERY_WRITE_GOLDEN") == "1")
        {
            Write(found);
            answers = new MarkdownPage(Page.Path).Blocks("text");
        }
        Assert.Equal(found, answers);
    }

    // As psql aligns it, so that a page of text is readable.
    private static async Task<string> AnswerAsync(TestWarehouse test, string query)
    {
        await using var connection = await test.Database.Warehouse.ConnectAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string[]>
            { Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray() };
        while (await reader.ReadAsync())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))]);
        }
        var widths = Enumerable.Range(0, reader.FieldCount).Select(i => rows.Max(row => row[i].Length)).ToArray();
        return string.Concat(rows.Select(row =>
            string.Join(" | ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd() + "\n"))
            + (rows.Count == 1 ? "(no row)\n" : "");
    }

    private static string Text(object value) => value switch
    {
        DBNull => "",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    private static void Write(List<string> answers)
    {
        var parts = Page.Text.Split("```text\n");
        var text = parts[0] + string.Concat(answers.Zip(parts.Skip(1), (answer, rest) =>
            $"```text\n{answer}```{rest[(rest.IndexOf("```", StringComparison.Ordinal) + 3)..]}"));
        File.WriteAllText(Path.Combine(Repository.Top, Page.Path), text);
    }
}
