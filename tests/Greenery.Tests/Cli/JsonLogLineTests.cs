using System.Text.Json;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Docs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Greenery.Tests.Cli;

/// <summary>A log entry is one line of JSON, always with the same keys.</summary>
public sealed class JsonLogLineTests : IDisposable
{
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    private LogOutput Log => new(LogFormat.Json, _output, new SetTime("2026-11-21 03:04"));

    [Fact]
    public void An_entry_of_a_step_names_run_and_step_beside_its_message()
    {
        new StepLog(Log.CreateLogger<StepLog>()).Report(
            new RunEvent(
                RunEventKind.Retried, Step(StepKind.Load, "users"), null, TimeSpan.Zero, "line\u001b[2J\none"));

        Assert.Equal(
            """
            {"time":"2026-11-21T03:04:00.000Z","level":"warning","event":1011,"run":42,"step":"load:users","message":"Run 42: load:users is retried: line␛[2J\none","properties":{"reason":"line␛[2J\none"}}
            """,
            _output.ToString().TrimEnd('\n'));
    }

    [Fact]
    public void Properties_keep_their_types_and_have_names_in_snake_case()
    {
        var rows = new RowsRead(3_000_000, 30);
        new StepLog(Log.CreateLogger<StepLog>()).Report(
            new RunEvent(RunEventKind.Advanced, Step(StepKind.Load, "users"), rows, TimeSpan.FromSeconds(30)));

        var entry = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal(
            [("rows", "3000000"), ("rows_per_second", "100000"), ("seconds", "30")],
            entry.GetProperty("properties").EnumerateObject()
                .Select(each => (each.Name, each.Value.GetRawText())).Order());
        Assert.Equal(
            "Run 42: load:users has read 3000000 rows in 30 s (100000 rows/s).",
            entry.GetProperty("message").GetString());
    }

    [Fact]
    public void A_line_without_values_has_the_same_keys()
    {
        Log.Error("No.");

        Assert.Equal(
            """
            {"time":"2026-11-21T03:04:00.000Z","level":"error","event":0,"run":null,"step":null,"message":"No.","properties":{}}
            """,
            _output.ToString().TrimEnd('\n'));
    }

    // Libraries log exceptions by themselves; what PostgreSQL says quotes values.
    [Fact]
    public void An_exception_is_shown_without_the_values_that_PostgreSQL_quotes()
    {
        var exception = new InvalidOperationException(
            "It failed.",
            new PostgresException("invalid input syntax for type integer: \"Ana\"", "ERROR", "ERROR", "22P02"));
        Log.CreateLogger<JsonLogLineTests>().Log(
            LogLevel.Error, default, "Broken.", exception, (text, _) => text);

        Assert.DoesNotContain("Ana", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: It failed.", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, _output.ToString().Count(letter => letter == '\n'));
    }

    [Fact]
    public void The_documentation_shows_such_a_line()
    {
        var log = new LogOutput(LogFormat.Json, _output, new SetTime("2026-11-21 05:00:03.412"));
        new StepLog(log.CreateLogger<StepLog>()).Report(new RunEvent(
            RunEventKind.Done, new RunStep(StepKind.Load, new RunLease(12, Guid.NewGuid()), "orders"), null,
            TimeSpan.FromSeconds(0.4)));

        Assert.Contains(
            _output.ToString().TrimEnd(),
            new MarkdownPage("docs/operations.md").Blocks("json").Select(block => block.TrimEnd()));
    }

    private static RunStep Step(StepKind kind, string subject) =>
        new(kind, new RunLease(42, Guid.NewGuid()), subject);
}
