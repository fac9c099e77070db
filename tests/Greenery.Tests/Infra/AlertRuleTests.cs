using System.Text.Json;
using System.Text.RegularExpressions;
using Greenery.Alerts;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.Extensions.Logging;

namespace Greenery.Tests.Infra;

/// <summary>What wakes operators: each rule has its page, and looks for words that the library writes.</summary>
public sealed partial class AlertRuleTests
{
    [Fact]
    public async Task Each_alert_has_its_section_in_the_guide_and_each_section_its_alert()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Top, "docs", "operations.md"));
        var sections = Sections()
            .Matches(guide[guide.IndexOf("\n## What each alert means\n", StringComparison.Ordinal)..])
            .Select(section => section.Groups[1].Value);

        var alerts = (await Templates.PlainAsync()).Alerts();

        Assert.Equal(alerts.Keys.Order(), sections.Order());
        Assert.All(alerts, alert => Assert.EndsWith(
            $"docs/operations.md: {alert.Key}", alert.Value.GetProperty("properties").GetProperty("description")
                .GetString()!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_alert_tells_the_operators()
    {
        var prediction = await Templates.PlainAsync();
        var group = Assert.Single(prediction.Of("Microsoft.Insights/actionGroups"));

        Assert.Equal("ops@greenery.example", group.GetProperty("properties").GetProperty("emailReceivers")[0]
            .GetProperty("emailAddress").GetString());
        Assert.All(prediction.Alerts().Values, alert => Assert.Contains(
            group.GetProperty("id").GetString()!, alert.GetProperty("properties").GetProperty("actions")
                .GetRawText(), StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("no-run-published", RunState.Published)]
    [InlineData("run-failed", RunState.Failed)]
    [InlineData("run-held-back", RunState.ChecksFailed)]
    [InlineData("run-held-back", RunState.Refused)]
    public async Task It_counts_the_words_that_hosts_write_at_the_end_of_a_run(string alert, RunState state) =>
        Assert.True(Counts(await QueryAsync(alert), End(state)));

    [Fact]
    public async Task A_run_without_what_a_refused_drop_concerns_is_published_and_held_back()
    {
        var line = End(RunState.Published, isPartial: true);

        Assert.Contains("ended as published_in_part.", line, StringComparison.Ordinal);
        Assert.Contains("countif(State startswith \"published\")", await QueryAsync("no-run-published"),
            StringComparison.Ordinal);
        Assert.True(Counts(await QueryAsync("run-held-back"), line));
    }

    [Theory]
    [InlineData("no-run-published", RunState.Unchanged)]
    [InlineData("run-failed", RunState.Published)]
    [InlineData("run-failed", RunState.ChecksFailed)]
    [InlineData("run-held-back", RunState.Cancelled)]
    public async Task It_does_not_count_others(string alert, RunState state) =>
        Assert.False(Counts(await QueryAsync(alert), End(state)));

    [Fact]
    public async Task It_does_not_count_what_else_is_said_of_runs() => Assert.False(Counts(
        await QueryAsync("run-failed"), Written(log => log.StepFailed(42, "load:orders", "It ended as failed."))));

    [Theory]
    [InlineData(RunTrigger.Try)]
    [InlineData(RunTrigger.Publish)]
    public async Task It_does_not_count_what_a_person_began_at_a_terminal_and_left(RunTrigger startedBy)
    {
        var line = Written(log => log.EndedAs(
            new EndedRun(42, startedBy, RunState.Failed, IsPartial: false, "Its process ended before the run did.")));

        Assert.False(IsFound(await QueryAsync("run-failed"), line));
    }

    [Fact]
    public async Task A_dead_channel_is_looked_for_in_the_words_that_are_written() =>
        Assert.True(IsFound(await QueryAsync("channel-dead"), Written(log => log.ChannelFailing("team", "HTTP 404."))));

    [Fact]
    public async Task A_wrong_setting_is_looked_for_in_the_words_that_are_written()
    {
        var query = await QueryAsync("setting-wrong");

        Assert.True(IsFound(query, Written(log => log.SettingFault("Greenery:Url: is 'x'; expected an address."))));
        // What is read all the same is none.
        Assert.False(IsFound(query, Written(log =>
            log.SettingWarning("Greenery:Alerts:PromisedBy: is the old name."))));
    }

    [Fact]
    public async Task Silence_is_looked_at_for_as_long_as_health_allows()
    {
        var query = await QueryAsync("no-run-published");
        var rule = (await Templates.PlainAsync()).Alerts()["no-run-published"].GetProperty("properties");

        Assert.Contains("ago(26h)", query, StringComparison.Ordinal);
        Assert.Equal("P2D", rule.GetProperty("overrideQueryTimeRange").GetString());
        var condition = rule.GetProperty("criteria").GetProperty("allOf")[0];
        Assert.Equal(("LessThan", 1),
            (condition.GetProperty("operator").GetString(), condition.GetProperty("threshold").GetInt32()));
        // Without a grouping there is one row, and a count of 0, however silent the log is.
        Assert.Matches(@"\| summarize Found = countif\([^)]*\)$", query);
    }

    private static async Task<string> QueryAsync(string alert) => (await Templates.PlainAsync()).Alerts()[alert]
        .GetProperty("properties").GetProperty("criteria").GetProperty("allOf")[0].GetProperty("query").GetString()!;

    private static string End(RunState state, bool isPartial = false) => Written(log =>
        new StepLog(log).Report(new RunEvent(
            RunEventKind.Done, new RunStep(StepKind.End, new RunLease(42, Guid.NewGuid()), null, "Words."),
            new EndResult(state, isPartial), TimeSpan.Zero)));

    // As the query does it: the rows it looks at, the state in them, and the states that it counts.
    private static bool Counts(string query, string line)
    {
        var state = Regex.Match(line, Extract().Match(query).Groups[1].Value).Groups[1].Value;
        var counted = Values().Matches(query[query.IndexOf("countif(State", StringComparison.Ordinal)..])
            .Select(value => value.Groups[1].Value);
        return IsFound(query, line) && counted.Contains(state);
    }

    private static bool IsFound(string query, string line) =>
        line.StartsWith(Start().Match(query).Groups[1].Value, StringComparison.Ordinal)
        && line.Contains(Within().Match(query).Groups[1].Value, StringComparison.Ordinal);

    // The last line of what is written.
    private static string Written(Action<ILogger<StepLog>> log)
    {
        var lines = new LogLines<StepLog>();
        log(lines);
        return lines.All.Last().Text;
    }

    [GeneratedRegex(@"(?m)^### ([a-z-]+)$")]
    private static partial Regex Sections();

    [GeneratedRegex("Message has \"([^\"]+)\"")]
    private static partial Regex Within();

    [GeneratedRegex("startswith \"([^\"]+)\"")]
    private static partial Regex Start();

    [GeneratedRegex("\"([a-z_]+)\"")]
    private static partial Regex Values();

    [GeneratedRegex("extract\\(\"([^\"]+)\"")]
    private static partial Regex Extract();
}
