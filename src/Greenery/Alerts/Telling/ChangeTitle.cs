using System.Globalization;
using Greenery.Alerts.Content;
using Greenery.Alerts.States;
using Greenery.Models;
using Greenery.Runs;

namespace Greenery.Alerts.Telling;

/// <summary>The line that people read first, and often only: the worst that happened.</summary>
internal static class ChangeTitle
{
    public static string Of(IReadOnlyList<AlertChange> changes, RunReport? run)
    {
        var where = run is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (run {run.RunId}, {run.BusinessDate:yyyy-MM-dd})");
        return Words(changes, run) + where;
    }

    /// <summary>The worst of what is not well; good when all is well again.</summary>
    public static Tone ToneOf(IEnumerable<AlertChange> changes) => changes.Max(ChangeWords.ToneOf);

    private static string Words(IReadOnlyList<AlertChange> changes, RunReport? run)
    {
        var urgent = changes.Where(change => change.IsUrgent).ToList();
        if (urgent.Exists(change => change.Kind == SubjectKind.Run))
        {
            return run is null ? "A run is not heard of any more"
                : $"Nothing was published: {(run.State == "refused" ? "the run was refused" : "the machinery failed")}";
        }
        return urgent.Find(change => change.Kind == SubjectKind.Promise) is not null ? "Nothing was published by the hour promised"
            : urgent.Find(change => change.Kind == SubjectKind.Channel) is { } channel ? $"Nobody is reached on {Subjects.Words(channel)}"
            : urgent.Count > 0 ? $"Nothing was published: {Count(urgent, "fails", "fail")}"
            : Calm(changes);
    }

    private static string Calm(IReadOnlyList<AlertChange> changes)
    {
        var warned = changes.Where(change => change is { Level: AlertLevel.Warn, Change: ChangeKind.Opened }).ToList();
        var reminded = changes.Where(change => change.Change == ChangeKind.Reminded).ToList();
        var eased = changes.Where(change => change.Change == ChangeKind.Eased).ToList();
        return warned.Count > 0 ? Count(warned, "warns", "warn")
            : reminded.Count > 0 ? $"Still open: {Count(reminded, "", "")}"
            : eased.Count > 0 ? $"Better: {Count(eased, "only warns now", "only warn now")}"
            : $"Right again: {Count(changes, "", "")}";
    }

    private static string Count(IReadOnlyList<AlertChange> changes, string one, string many)
    {
        var words = changes is [var only]
            ? $"{Subjects.Words(only)} {one}"
            : $"{Figures.Count(changes.Count, changes.All(change => change.Kind == SubjectKind.Check) ? "check" : "problem")} {many}";
        return words.TrimEnd();
    }
}
