using System.Text.Json;
using System.Text.RegularExpressions;
using Greenery.Runs;
using Greenery.Tests.Support;
using Microsoft.Extensions.Logging;
using Moq;

namespace Greenery.Tests.Infra;

/// <summary>What wakes operators: each rule has its page, and looks for words that the library writes.</summary>
public sealed partial class AlertRuleTests
{
    [Fact]
    public async Task Each_alert_has_its_section_in_the_guide_and_each_section_its_alert()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Top, "docs", "operations.md"));
        var sections = Sections().Matches(guide[guide.IndexOf("\n## What each alert means\n", StringComparison.Ordinal)..])
            .Select(section => section.Groups[1].Value);

        var alerts = (await Templates.PlainAsync()).Alerts();

        Assert.Equal(alerts.Keys.Order(), sections.Order());
        Assert.All(alerts, alert => Assert.EndsWith(
            $"docs/operations.md: {alert.Key}", alert.Value.GetProperty("properties").GetProperty("description").GetString()!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_alert_tells_the_operators()
    {
        var prediction = await Templates.PlainAsync();
        var group = Assert.Single(prediction.Of("Microsoft.Insights/actionGroups"));

        Assert.Equal("ops@greenery.example", group.GetProperty("properties").GetProperty("emailReceivers")[0].GetProperty("emailAddress").GetString());
        Assert.All(prediction.Alerts().Values, alert => Assert.Contains(
            group.GetProperty("id").GetString()!, alert.GetProperty("properties").GetProperty("actions").GetRawText(), StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("no-run-published", RunState.Published)]
    [InlineData("run-failed", RunState.Failed)]
    [InlineData("run-held-back", RunState.ChecksFailed)]
    [InlineData("run-held-back", RunState.Refused)]
    public async Task It_counts_the_words_that_the_library_writes_at_the_end_of_a_run(string alert, RunState state)
    {
        var line = Written(logger => logger.RunEnded(RunStates.Name(state), 42, new DateOnly(2026, 11, 24), "Words."));

        Assert.Equal($"Run ended: {RunStates.Name(state)}; run 42 of 2026-11-24. Words.", line);
        Assert.True(Counts(await QueryAsync(alert), line, "State"));
        Assert.Equal(RunStates.Name(state), Extracted(await QueryAsync(alert), line));
    }

    [Theory]
    [InlineData("no-run-published", RunState.Unchanged)]
    [InlineData("run-failed", RunState.Published)]
    [InlineData("run-failed", RunState.ChecksFailed)]
    [InlineData("run-held-back", RunState.Cancelled)]
    public async Task It_does_not_count_others(string alert, RunState state)
    {
        var line = Written(logger => logger.RunEnded(RunStates.Name(state), 42, null, null));

        Assert.False(Counts(await QueryAsync(alert), line, "State"));
    }

    [Fact]
    public async Task A_dead_channel_is_looked_for_in_the_words_that_the_library_writes()
    {
        var line = Written(logger => logger.ChannelDead("team", "HTTP 404."));

        Assert.Equal("Channel dead: team. HTTP 404.", line);
        Assert.StartsWith(Start().Match(await QueryAsync("channel-dead")).Groups[1].Value, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_is_looked_at_for_as_long_as_health_allows()
    {
        var query = await QueryAsync("no-run-published");
        var rule = (await Templates.PlainAsync()).Alerts()["no-run-published"].GetProperty("properties");

        Assert.Contains("ago(26h)", query, StringComparison.Ordinal);
        Assert.Equal("P2D", rule.GetProperty("overrideQueryTimeRange").GetString());
        var condition = rule.GetProperty("criteria").GetProperty("allOf")[0];
        Assert.Equal(("LessThan", 1), (condition.GetProperty("operator").GetString(), condition.GetProperty("threshold").GetInt32()));
        // Without a grouping there is one row, and a count of 0, however silent the log is.
        Assert.Matches(@"\| summarize Found = countif\([^)]*\)$", query);
    }

    private static async Task<string> QueryAsync(string alert) => (await Templates.PlainAsync()).Alerts()[alert]
        .GetProperty("properties").GetProperty("criteria").GetProperty("allOf")[0].GetProperty("query").GetString()!;

    private static bool Counts(string query, string line, string column) =>
        line.StartsWith(Start().Match(query).Groups[1].Value, StringComparison.Ordinal)
        && Values().Matches(query[query.IndexOf($"countif({column}", StringComparison.Ordinal)..]).Any(value => value.Groups[1].Value == Extracted(query, line));

    private static string Extracted(string query, string line) => Regex.Match(line, Extract().Match(query).Groups[1].Value).Groups[1].Value;

    private static string Written(Action<ILogger> log)
    {
        var logger = new Mock<ILogger>();
        logger.Setup(x => x.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        log(logger.Object);
        var call = Assert.Single(logger.Invocations, invocation => invocation.Method.Name == nameof(ILogger.Log));
        return $"{call.Arguments[2]}";
    }

    [GeneratedRegex(@"(?m)^### ([a-z-]+)$")]
    private static partial Regex Sections();

    [GeneratedRegex("startswith \"([^\"]+)\"")]
    private static partial Regex Start();

    [GeneratedRegex("\"([a-z_]+)\"")]
    private static partial Regex Values();

    [GeneratedRegex("extract\\(\"([^\"]+)\"")]
    private static partial Regex Extract();
}
