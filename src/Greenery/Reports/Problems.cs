using Greenery.Models;
using Greenery.Reports.Data;

namespace Greenery.Reports;

/// <summary>What is wrong now, and what was in the last week of runs.</summary>
internal sealed class Problems(ReportData data)
{
    private const int RecentRuns = 7;

    /// <summary>The worst first.</summary>
    public IReadOnlyList<Problem> Open() =>
    [
        .. Steps().Concat(Drops()).Concat(Checks(check => check.IsOpen)).Concat(Figures())
            .OrderByDescending(problem => problem.Condition),
    ];

    /// <summary>Checks that pass again.</summary>
    public IReadOnlyList<Problem> Recovered() => [.. Checks(IsRecovered)];

    private bool IsRecovered(CheckHistory check) =>
        check.Status == "pass" && check.Cells(data.Ledgers.Strip.Count).TakeLast(RecentRuns).Any(CheckHistory.IsOpenMark);

    private IEnumerable<Problem> Checks(Func<CheckHistory, bool> which)
    {
        var rows = data.Ledgers.FailingRows.ToLookup(row => row.CheckId, row => row.Row, StringComparer.Ordinal);
        return data.Ledgers.Checks.Where(which)
            .OrderBy(check => check.Id, StringComparer.Ordinal)
            .Select(check => new Problem(Of(check.Status), check.Id, data.OwnerOf(check), check.Message, Age(check))
            {
                Description = data.CheckOf(check)?.Description ?? "",
                Cells = check.Cells(data.Ledgers.Strip.Count),
                Rows = [.. rows[check.Id]],
                RowsFailing = check.Mart == "staging" ? null : check.RowsFailing,
                Model = check.Mart == "staging" ? null : check.Model,
            });
    }

    private IEnumerable<Problem> Drops() => data.Ledgers.Drops.Select(drop => new Problem(
        drop.Outcome == "refused" ? Condition.Bad : Condition.Warning,
        drop.Path,
        data.Project.Catalogue.Sources.FirstOrDefault(source => source.Name == drop.Table)?.Owner,
        data.Discretion.Message(string.Join("; ", new[]
        {
            drop.Message, drop.IsOverWarning ? "more bad rows than the contract's warning allows" : null,
        }.OfType<string>())),
        "in this run"));

    private IEnumerable<Problem> Steps() => data.Ledgers.Steps.Where(step => step.State == "failed").Select(step => new Problem(
        Condition.Bad, $"step {step.Step}", null, data.Discretion.Message(FirstLine(step.Error ?? "failed")),
        $"after {Models.Figures.Count(step.Attempts, "attempt")}"));

    private IEnumerable<Problem> Figures() => data.Ledgers.Figures
        .Where(point => point.Error is not null && point.RunId == data.Ledgers.Figures.Max(other => other.RunId))
        .Select(point => new Problem(Condition.Warning, $"key figure {point.Metric}", null, point.Error!, null));

    private string? Age(CheckHistory check)
    {
        var strip = data.Ledgers.Strip;
        var cells = check.Cells(strip.Count);
        if (!check.IsOpen)
        {
            return $"passes again; last failed on {data.Clock.Day(strip[cells.LastIndexOfAny(['w', 'f', 'e'])].BusinessDate)}";
        }
        var from = cells.LastIndexOf('p') + 1;
        var first = cells.IndexOfAny(['w', 'f', 'e'], from);
        var before = data.Ledgers.OpenBefore.FirstOrDefault(open => open.CheckId == check.Id);
        if (before is null && first < 0)
        {
            return null;
        }
        var runs = cells[from..].Count(CheckHistory.IsOpenMark) + (before?.Runs ?? 0);
        return $"open since {data.Clock.Day(before?.Since ?? strip[first].BusinessDate)}, {Models.Figures.Count(runs, "run")}";
    }

    internal static Condition Of(string status) => status switch
    {
        "pass" => Condition.Good,
        "warn" => Condition.Warning,
        "fail" or "error" => Condition.Bad,
        _ => Condition.Unknown,
    };

    internal static string FirstLine(string text, int longest = 400)
    {
        var line = text.Split('\n', 2)[0].Trim();
        return line.Length > longest ? line[..longest].TrimEnd() + " ..." : line;
    }
}
