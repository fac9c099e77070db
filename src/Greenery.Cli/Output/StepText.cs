using Greenery.Presentation;
using Greenery.Runs;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>One line of markup for what happened to a step; null when it is not worth one.</summary>
internal static class StepText
{
    public static string? Describe(RunEvent happened)
    {
        var step = Markup.Escape(happened.Step.Name);
        return happened.Kind switch
        {
            RunEventKind.Failed => $"[red]failed[/]   {step}: {Markup.Escape(happened.Error ?? "")}",
            RunEventKind.Retried => $"[yellow]again[/]    {step}: {Markup.Escape(happened.Error ?? "")}",
            RunEventKind.Done when Result(happened.Step, happened.Result) is { } words =>
                $"{Verb(happened.Step.Kind)} {words} [grey]({NumberFormat.Duration(happened.Elapsed)})[/]",
            _ => null,
        };
    }

    private static string Verb(StepKind kind) => kind switch
    {
        StepKind.Discover => "[green]found[/]    ",
        StepKind.Load => "[green]loaded[/]   ",
        StepKind.Build => "[green]built[/]    ",
        StepKind.Check => "[green]checked[/]  ",
        _ => "[green]published[/]",
    };

    private static string? Result(RunStep step, object? result) => result switch
    {
        DiscoverResult found =>
            $"{NumberFormat.Count(found.Drops, "new drop")} of {NumberFormat.Count(found.Tables.Count, "table")}",
        LoadStepResult { Refusal: not null } => $"{step.Subject}: [red]refused[/]",
        LoadStepResult load => $"{step.Subject}: {NumberFormat.Count(load.Rows, "row")}"
            + (load.Quarantined > 0 ? $", [yellow]{NumberFormat.Count(load.Quarantined)} quarantined[/]" : ""),
        BuildResult { Refusal: not null } => $"{step.Subject}: [red]refused[/]",
        BuildResult build => $"{step.Subject}: {NumberFormat.Count(build.Rows, "row")}",
        CheckStepResult { Failures.Count: > 0 } check =>
            $"{step.Subject}: [red]{check.Failures.Count} of {NumberFormat.Count(check.Checks, "check")} failed[/]",
        CheckStepResult check => $"{step.Subject}: {NumberFormat.Count(check.Checks, "check")}"
            + (check.Warnings > 0 ? $", [yellow]{NumberFormat.Count(check.Warnings, "warning")}[/]" : ""),
        PublishResult { Conflict: null } => "all marts",
        _ => null,
    };
}
