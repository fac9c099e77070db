using System.Globalization;
using Greenery.Checks;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Warehouse;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>Prints what a run did: its steps first, then loads, notes and failed checks.</summary>
internal sealed class RunLogText(Terminal terminal)
{
    public void Print(RunLog log)
    {
        terminal.Markup(RunSummary.StatusLine(log.Run));
        terminal.Line($"Started by {EnumText.Name(log.Run.StartedBy)} on {log.Host} at {log.Run.StartedAt:u}.");
        terminal.Line();
        if (log.IsPruned)
        {
            terminal.Line("Its steps and checks were deleted, because they are old (Greenery:Retention:Ledgers).");
        }
        else
        {
            PrintSteps(log);
        }
        new RunSummary(terminal, []).PrintDetails(log.Run);
    }

    /// <summary>The same for a machine.</summary>
    public static object ToJson(RunLog log) => new
    {
        log.Run.RunId, log.Run.State, log.Run.BusinessDate, log.Run.StartedBy, log.Host, log.Run.StartedAt,
        log.Run.FinishedAt, log.Run.Project, log.Run.Message, log.IsPruned,
        steps = log.Steps.Select(step => new
        {
            step.Step, step.State, step.StartedAt, step.FinishedAt,
            seconds = Elapsed(step)?.TotalSeconds,
            step.Attempts, step.CrashCount, message = Spectre.Console.Markup.Remove(Message(step)),
        }),
        log.Run.Loads, log.Run.Drops, log.Run.Notes, log.Run.Quarantine,
        failedChecks = log.Run.Checks
            .Where(check => check.Status is not (CheckStatus.Pass or CheckStatus.NotEvaluated)),
    };

    private void PrintSteps(RunLog log)
    {
        var table = RunSummary.Plain("Step", "started", "elapsed", "attempts");
        table.AddColumn("[grey]state[/]").AddColumn("");
        foreach (var step in log.Steps)
        {
            table.AddRow(
                Markup.Escape(step.Step),
                step.StartedAt.ToString("HH:mm:ss.f", CultureInfo.InvariantCulture),
                Elapsed(step) is { } elapsed ? NumberFormat.Duration(elapsed) : "-",
                NumberFormat.Count(step.Attempts),
                State(step.State),
                Message(step));
        }
        terminal.People.Write(table);
    }

    private static TimeSpan? Elapsed(StepRecord step) => step.FinishedAt - step.StartedAt;

    private static string State(RecordedStepState state) => state switch
    {
        RecordedStepState.Done => "[green]done[/]",
        RecordedStepState.Failed => "[red]FAILED[/]",
        _ => "[yellow]running[/]",
    };

    // Markup: what comes from outside is escaped.
    private static string Message(StepRecord step) => string.Join("; ", new[]
    {
        step.Error is { } error ? Markup.Escape(error.ReplaceLineEndings(" ")) : StepText.Describe(step),
        step.CrashCount > 0 ? $"a process ended in it {NumberFormat.Count(step.CrashCount, "time")}" : null,
    }.OfType<string>());
}
