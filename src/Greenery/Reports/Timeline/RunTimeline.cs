using Greenery.Presentation;
using Greenery.Reports.Data;
using Greenery.Runs;

namespace Greenery.Reports.Timeline;

/// <summary>When the run did what, and how much of it at the same time.</summary>
/// <param name="Rows">In the order they began.</param>
/// <param name="From">When the first step began, UTC.</param>
/// <param name="To">When the last one was done, UTC.</param>
/// <param name="Work">All steps' time, one after the other.</param>
/// <param name="MostAtOnce">How many steps were at work at the same time.</param>
public sealed record RunTimeline(IReadOnlyList<TimelineRow> Rows, DateTime From, DateTime To, TimeSpan Work,
    int MostAtOnce)
{
    private const double Whole = 1000;

    /// <summary>The run's time line; null when no step of it is in the ledger.</summary>
    public static RunTimeline? Of(ReportData data)
    {
        var steps = data.Ops.Steps;
        if (steps.Count == 0)
        {
            return null;
        }
        var now = data.Clock.Now.UtcDateTime;
        DateTime End(StepTime step) => step.FinishedAt ?? (data.Ops.Run!.FinishedAt ?? now);
        var (from, to) = (steps.Min(step => step.StartedAt), steps.Max(End));
        var length = Math.Max(1, (to - from).TotalMilliseconds);
        TimelineBar Bar(StepTime step) => new(
            step.State == RecordedStepState.Failed ? "failed" : Kind(step.Step),
            (step.StartedAt - from).TotalMilliseconds / length * Whole,
            Math.Max(3, (End(step) - step.StartedAt).TotalMilliseconds / length * Whole));
        return new RunTimeline(
            [.. steps.GroupBy(step => Subject(step.Step)).OrderBy(group => group.Min(step => step.StartedAt))
                .Select(group => new TimelineRow(
                group.Key,
                data.Project.Catalogue.Find(group.Key)?.Name,
                [.. group.Select(Bar)],
                group.Min(step => step.StartedAt),
                group.All(step => step.FinishedAt is not null)
                    ? Sum(group.Select(step => step.FinishedAt!.Value - step.StartedAt)) : null,
                Note(data, [.. group])))],
            from,
            to,
            Sum(steps.Select(step => End(step) - step.StartedAt)),
            steps.Max(step => steps.Count(other => other.StartedAt <= step.StartedAt && End(other) > step.StartedAt)));
    }

    private static string Subject(string step) => step.Split(':', 2) switch
    {
        ["build" or "check", "staging"] => "freshness of sources",
        ["build" or "check", var model] => model,
        ["load", var table] => $"load {table}",
        _ => step switch { "cleanup" => "clean up", _ => step },
    };

    private static string Kind(string step) =>
        step.Split(':')[0] is ("load" or "build" or "check") and var kind ? kind : "other";

    private static TimeSpan Sum(IEnumerable<TimeSpan> spans) =>
        spans.Aggregate(TimeSpan.Zero, (sum, span) => sum + span);

    private static string Note(ReportData data, List<StepTime> steps) =>
        string.Join("; ", steps.SelectMany(step => new[]
    {
        step.Attempts > 1 ? NumberFormat.Count(step.Attempts, "attempt") : null,
        step.State == RecordedStepState.Running ? "not done" : null,
        step.Error is { } error && step.State == RecordedStepState.Failed
            ? $"failed: {ReportProblems.FirstLine(error)}" : null,
    }).OfType<string>());
}

/// <summary>One line of the time line: a step, or the building and the checking of one model.</summary>
/// <param name="Label">What was worked on.</param>
/// <param name="Model">The model, for a link; null for other steps.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="Took">Null while it is not done.</param>
/// <param name="Note">Attempts and errors, in words; empty when all went well at once.</param>
public sealed record TimelineRow(
    string Label, string? Model, IReadOnlyList<TimelineBar> Bars, DateTime StartedAt, TimeSpan? Took, string Note);

/// <summary>A piece of work on the run's time line.</summary>
/// <param name="Kind"><c>load</c>, <c>build</c>, <c>check</c>, <c>failed</c>, or <c>other</c>.</param>
/// <param name="From">Where it begins, in thousandths of the run.</param>
/// <param name="Length">How long it is, in thousandths of the run.</param>
public sealed record TimelineBar(string Kind, double From, double Length);
