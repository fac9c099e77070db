using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.Extensions.Logging;

namespace Greenery.Tests.Hosting;

/// <summary>What a host's log says of steps: whole sentences, whatever is known.</summary>
public sealed class StepLogTests
{
    [Theory]
    [InlineData(RunState.Published, null, 1005, LogLevel.Information, "Run 42 ended as published.")]
    [InlineData(RunState.Unchanged, "Nothing new.", 1005, LogLevel.Information,
        "Run 42 ended as unchanged. Nothing new.")]
    [InlineData(RunState.Failed, null, 1006, LogLevel.Error, "Run 42 ended as failed.")]
    [InlineData(RunState.Failed, "", 1006, LogLevel.Error, "Run 42 ended as failed.")]
    [InlineData(RunState.Refused, "a\u001b[2J.csv is bad.", 1006, LogLevel.Error,
        "Run 42 ended as refused. a␛[2J.csv is bad.")]
    public void An_end_is_one_sentence_and_what_there_is_to_add(
        RunState state, string? message, int id, LogLevel level, string line) => Assert.Equal(
        (level, id, line),
        Last(new RunEvent(
            RunEventKind.Done, Step(StepKind.End, message), new EndResult(state), TimeSpan.Zero)));

    // The words that alerts look for are left to runs that no one waits for at a terminal.
    [Theory]
    [InlineData(RunTrigger.Try, RunState.Failed, LogLevel.Information,
        "Run 42 (try) is over, and readers see what they saw before: Its process died.")]
    [InlineData(RunTrigger.Publish, RunState.Cancelled, LogLevel.Information,
        "Run 42 (publish) is over, and readers see what they saw before: Its process died.")]
    [InlineData(RunTrigger.Publish, RunState.Published, LogLevel.Information,
        "Run 42 ended as published. Its process died.")]
    [InlineData(RunTrigger.Rollback, RunState.Failed, LogLevel.Error, "Run 42 ended as failed. Its process died.")]
    public void A_try_or_publication_without_a_process_is_no_failed_run(
        RunTrigger startedBy, RunState state, LogLevel level, string text)
    {
        var lines = new LogLines<StepLog>();
        lines.EndedAs(new EndedRun(42, startedBy, state, IsPartial: false, "Its process died."));

        var line = Assert.Single(lines.All);
        Assert.Equal((level, text), (line.Level, line.Text));
    }

    [Theory]
    [InlineData(RunEventKind.Failed, null, "Run 42: discover failed: no reason was given")]
    [InlineData(RunEventKind.Failed, "a\u001b[2J.csv", "Run 42: discover failed: a␛[2J.csv")]
    [InlineData(RunEventKind.Retried, null, "Run 42: discover is retried: no reason was given")]
    public void A_failure_is_never_without_words(RunEventKind kind, string? error, string line) => Assert.Equal(
        line, Last(new RunEvent(kind, Step(StepKind.Discover, null), null, TimeSpan.Zero, error)).Text);

    private static RunStep Step(StepKind kind, string? message) =>
        new(kind, new RunLease(42, Guid.NewGuid()), null, message);

    private static (LogLevel Level, int Id, string Text) Last(RunEvent happened)
    {
        var lines = new LogLines<StepLog>();
        new StepLog(lines).Report(happened);
        var (level, id, text, _) = lines.All.Last();
        return (level, id.Id, text);
    }
}
