using Greenery.Presentation;
using Greenery.Reports.Data;
using Greenery.Runs;

namespace Greenery.Reports;

/// <summary>The state of the data in one sentence.</summary>
/// <param name="Condition">How good that is.</param>
/// <param name="Sentence">What readers see.</param>
/// <param name="Reason">Goes on from the sentence: why they do not see more; null when they see all there is.</param>
public sealed record StatusSummary(HealthStatus Condition, string Sentence, string? Reason)
{
    private const int LongestReason = 200;

    /// <summary>The whole of it.</summary>
    public override string ToString() => Reason is null ? Sentence : $"{Sentence}, {Reason}";

    internal static StatusSummary From(ReportData data) => data.Ops.Run switch
    {
        _ when !data.HasData => new StatusSummary(HealthStatus.Unknown, "Sources and models, as their files say", null),
        null => new StatusSummary(HealthStatus.Unknown, "No run yet: nothing was loaded, nothing is published", null),
        { State: RunState.Published } run => Published(data, run),
        { State: RunState.Running } run => new StatusSummary(
            HealthStatus.Unknown, $"Under way since {data.Clock.Time(run.StartedAt)}: {Meanwhile(data, "readers see")}",
            null),
        { State: RunState.Unchanged, StartedBy: RunTrigger.Rollback } run => new StatusSummary(
            HealthStatus.Warning,
            $"Rolled back {data.Clock.Time(run.FinishedAt ?? run.StartedAt)}: {Meanwhile(data, "readers see")} again",
                null),
        { State: RunState.Unchanged } when data.Ops.Readers is null => new StatusSummary(
            HealthStatus.Unknown, "Nothing to publish, and nothing is published yet", Why(data)),
        { State: RunState.Unchanged } => new StatusSummary(
            From(data, HealthStatus.Good),
            $"Nothing new to publish: {Meanwhile(data, "readers see")}, {Warnings(data)}", null),
        { State: RunState.RolledBack } run => new StatusSummary(
            HealthStatus.Bad,
            $"Published {data.Clock.Time(run.FinishedAt ?? run.StartedAt)}, data through "
                + $"{data.Clock.Day(run.BusinessDate)}",
            "but taken back later: readers were sent back to an earlier run"),
        _ => new StatusSummary(HealthStatus.Bad, $"Not published: {Meanwhile(data, "readers still see")}", Why(data)),
    };

    private static StatusSummary Published(ReportData data, ReportedRun run)
    {
        var at = data.Ops.Readers?.RunId == run.RunId ? data.Ops.Readers.PublishedAt : run.FinishedAt ?? run.StartedAt;
        if (run.IsPartial)
        {
            var held = run.HeldModels.Length > 0 ? $"not {run.HeldModels}, because " : "";
            return new StatusSummary(
                HealthStatus.Bad,
                $"Published in part {data.Clock.Time(at)}, data through {data.Clock.Day(run.BusinessDate)}, "
                    + Warnings(data),
                $"but {held}a drop was refused: {Line(run.Message ?? "see below")}");
        }
        return new StatusSummary(
            From(data, HealthStatus.Good),
            $"Published {data.Clock.Time(at)}, data through {data.Clock.Day(run.BusinessDate)}, {Warnings(data)}",
            run.Message is null ? null : $"but: {Line(run.Message)}");
    }

    private static string Meanwhile(ReportData data, string verb) => data.Ops.Readers is { } readers
        ? $"{verb} {data.Clock.Day(readers.BusinessDate)}"
        : $"{verb} nothing yet";

    private static string? Why(ReportData data)
    {
        var run = data.Ops.Run!;
        var lines = (run.Message ?? "")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var others = lines.Length > 1 ? $" (and {NumberFormat.Count(lines.Length - 1)} more, below)" : "";
        var first = lines.Length == 0 ? "no reason was recorded" : Line(lines[0]) + others;
        return run.State switch
        {
            RunState.ChecksFailed =>
                $"because {(lines.Length > 1 ? $"{lines.Length} checks" : "a check")} failed: {first}",
            RunState.Refused => $"because something was refused: {first}",
            RunState.Failed => $"because infrastructure failed: {first}",
            RunState.Cancelled => $"because the run was stopped: {first}",
            _ => $"because {first}",
        };
    }

    private static string Line(string line) =>
        ReportProblems.FirstLine(line, LongestReason).TrimEnd('.');

    private static string Warnings(ReportData data)
    {
        var bad = data.Open.Count(problem => problem.Condition == HealthStatus.Bad);
        var warnings = data.Open.Count(problem => problem.Condition == HealthStatus.Warning);
        var words = warnings == 0 ? "no warnings" : NumberFormat.Count(warnings, "warning");
        return bad == 0 ? words : $"{NumberFormat.Count(bad, "failure")}, {words}";
    }

    private static HealthStatus From(ReportData data, HealthStatus otherwise) => data.Open.Count == 0 ? otherwise
        : data.Open.Any(problem => problem.Condition == HealthStatus.Bad) ? HealthStatus.Bad
        : HealthStatus.Warning;
}
