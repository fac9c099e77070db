using Greenery.Checks;
using Greenery.Presentation;
using Greenery.Reports.Data;
using Greenery.Runs;
using Greenery.Staging;

namespace Greenery.Reports;

/// <summary>What is wrong now, and what was in the last week of runs.</summary>
internal sealed class ReportProblems(ReportData data)
{
    private const int RecentRuns = 7;

    /// <summary>The worst first.</summary>
    public IReadOnlyList<ReportProblem> Open() =>
    [
        .. Steps().Concat(Drops()).Concat(Checks(check => check.IsOpen)).Concat(Metrics())
            .OrderByDescending(problem => problem.Condition),
    ];

    /// <summary>Checks that pass again.</summary>
    public IReadOnlyList<ReportProblem> Recovered() => [.. Checks(IsRecovered)];

    private bool IsRecovered(CheckHistory check) =>
        check.Status == CheckStatus.Pass && check.Cells(data.Ops.RunHistory.Count).TakeLast(RecentRuns)
            .Any(CheckHistory.IsOpenMark);

    private IEnumerable<ReportProblem> Checks(Func<CheckHistory, bool> which)
    {
        var rows = data.Ops.FailingRows.ToLookup(row => row.CheckId, row => row.Row, StringComparer.Ordinal);
        return data.Ops.Checks.Where(which)
            .OrderBy(check => check.Id, StringComparer.Ordinal)
            .Select(check =>
            new ReportProblem(Of(check.Status), check.Id, data.OwnerOf(check), check.Message, Age(check))
            {
                Description = data.CheckOf(check)?.Description ?? "",
                Tags = data.TagsOf(check),
                Cells = check.Cells(data.Ops.RunHistory.Count),
                Rows = [.. rows[check.Id]],
                RowsFailing = check.Mart == "staging" ? null : check.RowsFailing,
                Model = check.Mart == "staging" ? null : check.Model,
            });
    }

    // A refused drop is to be corrected, each of them.
    private IEnumerable<ReportProblem> Drops() => NoteKind.Group(
            data.Ops.Drops,
            drop => (drop.Table, NoteKind.Of(drop.Message), drop.IsOverWarning,
                drop.Outcome == LoadOutcome.Refused ? drop.Path : ""))
        .Select(group => ProblemOf(group.First, group.Others));

    private ReportProblem ProblemOf(DropNote drop, int others) => new(
        drop.Outcome == LoadOutcome.Refused ? HealthStatus.Bad : HealthStatus.Warning,
        drop.Path,
        data.Source(drop.Table)?.Owner,
        string.Join("; ", new[]
        {
            drop.Message, drop.IsOverWarning ? "more bad rows than the contract's warning allows" : null,
        }.OfType<string>()) + NoteKind.Others(others),
        "in this run")
    {
        Tags = data.Source(drop.Table)?.Tags ?? [],
    };

    private IEnumerable<ReportProblem> Steps() =>
        data.Ops.Steps.Where(step => step.State == RecordedStepState.Failed).Select(step => new ReportProblem(
        HealthStatus.Bad, $"step {step.Step}", null, FirstLine(step.Error ?? "failed"),
        $"after {NumberFormat.Count(step.Attempts, "attempt")}"));

    private IEnumerable<ReportProblem> Metrics() => data.Ops.Metrics
        .Where(point => point.Error is not null && point.RunId == data.Ops.Metrics.Max(other => other.RunId))
        .Select(point =>
        new ReportProblem(HealthStatus.Warning, $"key figure {point.Metric}", null, point.Error!, null));

    private string? Age(CheckHistory check)
    {
        var strip = data.Ops.RunHistory;
        var cells = check.Cells(strip.Count);
        if (!check.IsOpen)
        {
            return $"passes again; last failed on "
                + $"{data.Clock.Day(strip[cells.LastIndexOfAny(['w', 'f', 'e'])].BusinessDate)}";
        }
        var from = cells.LastIndexOf('p') + 1;
        var first = cells.IndexOfAny(['w', 'f', 'e'], from);
        var before = data.Ops.OpenBefore.FirstOrDefault(open => open.CheckId == check.Id);
        if (before is null && first < 0)
        {
            return null;
        }
        var runs = cells[from..].Count(CheckHistory.IsOpenMark) + (before?.Runs ?? 0);
        return $"open since {data.Clock.Day(before?.Since ?? strip[first].BusinessDate)}, "
            + $"{NumberFormat.Count(runs, "run")}";
    }

    internal static HealthStatus Of(CheckStatus status) => status switch
    {
        CheckStatus.Pass => HealthStatus.Good,
        CheckStatus.Warn => HealthStatus.Warning,
        CheckStatus.Fail or CheckStatus.Error => HealthStatus.Bad,
        _ => HealthStatus.Unknown,
    };

    internal static string FirstLine(string text, int longest = 400)
    {
        var line = text.Split('\n', 2)[0].Trim();
        return line.Length > longest ? line[..longest].TrimEnd() + " ..." : line;
    }
}
