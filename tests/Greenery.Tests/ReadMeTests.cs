using System.Text.RegularExpressions;
using Greenery.Checks;
using Greenery.Models.UnitTests;
using Greenery.Runs;
using Greenery.SampleData;
using Greenery.Tests.Docs;
using Greenery.Tests.Support;

namespace Greenery.Tests;

/// <summary>What the README says works.</summary>
public sealed partial class ReadMeTests
{
    // The README and the pages that it points to.
    private static readonly string ReadMe = string.Join(
        '\n', MarkdownPage.All.OrderByDescending(page => page.Path).Select(page => page.Text));

    [Fact]
    public async Task The_examples_of_a_source_a_model_and_a_check_run_together()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        SampleShop.Write(test.Drops, new SampleOptions { Days = 1 }, CancellationToken.None);
        var request = new RunRequest { Date = new DateOnly(2999, 12, 31) };
        Assert.Equal(RunState.Published, (await test.RunAsync(request)).State);
        await QueryAsync(test, Example("Your own drops", "sql"));

        Append(test, "sources.yml", Example("Add a source", "yaml"));
        test.WriteSql("marketing/user_returns.sql", Example("Add a model", "sql"));
        Append(test, "marketing/marketing.yml", Example("Add a check", "yaml")
            .Replace("models:\n", "", StringComparison.Ordinal));
        test.WriteSql("marketing/returns_unit_tests.yml", Example("Test a model", "yaml"));
        var catalogue = test.Project.Catalogue;
        var tests = catalogue.UnitTests.Where(each => each.Model.Name == "user_returns").ToList();
        Assert.True(Assert.Single(
            await new UnitTestRunner(test.Database.Warehouse, catalogue).RunAsync(tests, default)).IsPassed);
        var orders = await test.ListAsync("select order_id::text from core.fact_orders order by 1 limit 30");
        var day = await test.ValueAsync<string>("select max(drop_date)::text from ops.drop");
        var rows = string.Concat(orders.Select(order => $"{Guid.NewGuid()},{order},too big\n"));
        test.Put($"{day}/returns.csv",
            $"return_id,order_id,reason,colour\n"
            + $"{rows.Replace("too big\n", "too big,green\n", StringComparison.Ordinal)}");
        // As the README says: a row without an order is quarantined, an unknown column is kept in _extra and reported.
        test.Put($"{day}/returns-late.csv", $"return_id,order_id,reason\n{rows}{Guid.NewGuid()},,unknown\n");

        var report = await test.RunAsync(request);
        Assert.Equal((RunState.Published, null), (report.State, report.Message));
        Assert.Equal(30, await test.ValueAsync<long>("select sum(returned_orders) from marketing.user_returns"));
        Assert.Equal("required", Assert.Single(report.Quarantine).Rule);
        Assert.Equal("green",
            await test.ValueAsync<string>(
            "select _extra ->> 'colour' from staging.returns where _extra is not null limit 1"));
        Assert.Equal(5, report.Checks.Count(check =>
            check.Model == "user_returns" && check.Status == CheckStatus.Pass));
    }

    [Fact]
    public void Its_commands_and_their_options_are_there()
    {
        var commands = CommandLines().Matches(ReadMe);
        Assert.True(commands.Count >= 6,
            "The README shows the commands as lines that begin with four spaces and 'greenery'.");
        foreach (Match line in commands)
        {
            var help = CommandHelp.Of(line.Groups["command"].Value);
            Assert.All(Options().Matches(line.Value), option =>
                Assert.Contains(option.Value, help, StringComparison.Ordinal));
        }
        var all = CommandHelp.Of();
        var shown = commands.Select(line => line.Groups["command"].Value).ToHashSet();
        var listed = all[all.IndexOf("Commands:", StringComparison.Ordinal)..].Split("Example:")[0];
        Assert.All(HelpCommands().Matches(listed), command => Assert.Contains(command.Groups[1].Value, shown));
    }

    [Fact]
    public void The_README_is_short() =>
        Assert.InRange(File.ReadLines(Path.Combine(Repository.Top, "README.md")).Count(), 1, 120);

    [Fact]
    public void Its_first_commands_are_the_set_up()
    {
        Assert.Contains("\n    dotnet run --project src/Greenery.Cli -- demo\n", ReadMe, StringComparison.Ordinal);
        Assert.Contains("\n    dotnet test\n", ReadMe, StringComparison.Ordinal);
        Assert.Contains("\ndotnet test ", File.ReadAllText(Path.Combine(Repository.Top, ".ci", "run")),
            StringComparison.Ordinal);
    }

    private static async Task QueryAsync(TestWarehouse test, string sql)
    {
        var rate = await test.ValueAsync<decimal?>(sql);
        Assert.InRange(rate!.Value, 0.01m, 1m);
    }

    /// <summary>The first block of a language under a heading.</summary>
    private static string Example(string heading, string language)
    {
        var section = ReadMe[ReadMe.IndexOf($"\n## {heading}\n", StringComparison.Ordinal)..];
        var start = section.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return section[start..section.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static void Append(TestWarehouse test, string path, string text) =>
        File.AppendAllText(Path.Combine(test.Sql, path), $"\n{text}");

    [GeneratedRegex(@"(?m)^    greenery (?<command>[a-z]+)\b.*$")]
    private static partial Regex CommandLines();

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Options();

    [GeneratedRegex(@"(?m)^  ([a-z]+) ")]
    private static partial Regex HelpCommands();
}
