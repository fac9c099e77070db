using System.Text.Json;
using Greenery.Presentation;
using Greenery.Runs;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>One line of markup for what happened to a step; null when it is not worth one.</summary>
internal static class StepText
{
    private const int ManyRows = 10_000;

    /// <param name="happened">What happened.</param>
    /// <param name="additions">What to say beside how long it took.</param>
    public static string? Describe(RunEvent happened, IReadOnlyList<string>? additions = null)
    {
        var step = Markup.Escape(happened.Step.Name);
        return happened.Kind switch
        {
            RunEventKind.Failed => $"[red]failed[/]   {step}: {Markup.Escape(happened.Error ?? "")}",
            RunEventKind.Retried => $"[yellow]again[/]    {step}: {Markup.Escape(happened.Error ?? "")}",
            RunEventKind.Advanced when happened.Result is RowsRead read =>
                $"[green]loading[/]   {Of(happened.Step.Subject)}{Describe(read, happened.Elapsed)}",
            RunEventKind.Done when Result(happened.Step.Subject, happened.Result) is { } words =>
                $"{Verb(happened.Step.Kind)} {words}{Speed(happened)} [grey]("
                + $"{string.Join(", ", [NumberFormat.Duration(happened.Elapsed), .. additions ?? []])})[/]",
            _ => null,
        };
    }

    /// <summary><c>3,000,000 rows so far, 250,000 rows/s</c>.</summary>
    public static string Describe(RowsRead read, TimeSpan elapsed) =>
        $"{NumberFormat.Count(read.Rows, "row")} so far, {PerSecond(read.Rows, elapsed)}";

    /// <summary>What a recorded step returned, in markup; null when that is not worth a text.</summary>
    public static string? Describe(StepRecord step)
    {
        try
        {
            return step.Result is null || step.Kind is not { } kind ? null : Result(null, Read(kind, step.Result));
        }
        catch (JsonException)
        {
            // An earlier version wrote it.
            return null;
        }
    }

    /// <summary>The result of a step that was kept as JSON; null for a kind whose result says nothing to people.
    /// </summary>
    public static object? Read(StepKind kind, string result) => kind switch
    {
        StepKind.Discover => JsonSerializer.Deserialize<DiscoverResult>(result),
        StepKind.Load => JsonSerializer.Deserialize<LoadStepResult>(result),
        StepKind.Plan => JsonSerializer.Deserialize<PlanResult>(result),
        StepKind.Build => JsonSerializer.Deserialize<BuildResult>(result),
        StepKind.Check => JsonSerializer.Deserialize<CheckStepResult>(result),
        StepKind.Publish => JsonSerializer.Deserialize<PublishResult>(result),
        _ => null,
    };

    private static string Verb(StepKind kind) => kind switch
    {
        StepKind.Discover => "[green]found[/]    ",
        StepKind.Load => "[green]loaded[/]   ",
        StepKind.Build => "[green]built[/]    ",
        StepKind.Check => "[green]checked[/]  ",
        _ => "[green]published[/]",
    };

    private static string? Result(string? subject, object? result) => result switch
    {
        DiscoverResult found =>
            $"{NumberFormat.Count(found.Drops, "new drop")} of {NumberFormat.Count(found.Tables.Count, "table")}",
        LoadStepResult { Refusal: not null } => $"{Of(subject)}[red]refused[/]",
        LoadStepResult load => $"{Of(subject)}{NumberFormat.Count(load.Rows, "row")}"
            + (load.Quarantined > 0 ? $", [yellow]{NumberFormat.Count(load.Quarantined)} quarantined[/]" : ""),
        BuildResult { Refusal: not null } => $"{Of(subject)}[red]refused[/]",
        BuildResult build => $"{Of(subject)}{NumberFormat.Count(build.Rows, "row")}",
        CheckStepResult { Failures.Count: > 0 } check =>
            $"{Of(subject)}[red]{check.Failures.Count} of {NumberFormat.Count(check.Checks, "check")} failed[/]",
        CheckStepResult check => $"{Of(subject)}{NumberFormat.Count(check.Checks, "check")}"
            + (check.Warnings > 0 ? $", [yellow]{NumberFormat.Count(check.Warnings, "warning")}[/]" : ""),
        PublishResult { Conflict: null, Environment: { } environment } => $"in environment {environment}",
        PublishResult { Conflict: null } => "all marts",
        _ => null,
    };

    // Of a load that is small, or over at once, the figure says nothing.
    private static string Speed(RunEvent happened) =>
        happened.Result is LoadStepResult { Refusal: null, Rows: >= ManyRows } load
            && happened.Elapsed >= TimeSpan.FromSeconds(1)
            ? $", {PerSecond(load.Rows, happened.Elapsed)}"
            : "";

    private static string PerSecond(long rows, TimeSpan elapsed) =>
        $"{NumberFormat.Count((long)(rows / Math.Max(elapsed.TotalSeconds, 0.001)))} rows/s";

    private static string Of(string? subject) => subject is null ? "" : $"{subject}: ";
}
