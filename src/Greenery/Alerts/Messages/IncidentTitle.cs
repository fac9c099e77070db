using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Presentation;
using Greenery.Runs;

namespace Greenery.Alerts.Messages;

/// <summary>The line that people read first, and often only: the worst that happened.</summary>
internal static class IncidentTitle
{
    public static string From(IReadOnlyList<IncidentEvent> changes, RunReport? run)
    {
        var where = run is null ? ""
            : string.Create(CultureInfo.InvariantCulture, $" (run {run.RunId}, {run.BusinessDate:yyyy-MM-dd})");
        return Describe(changes, run) + where;
    }

    /// <summary>The worst of what is not well; good when all is well again.</summary>
    public static MessageSeverity SeverityOf(IEnumerable<IncidentEvent> changes) =>
        changes.Max(IncidentEventText.SeverityOf);

    private static string Describe(IReadOnlyList<IncidentEvent> changes, RunReport? run)
    {
        var urgent = changes.Where(change => change.IsUrgent).ToList();
        if (urgent.Exists(change => change.Kind == IncidentKind.Run))
        {
            return run switch
            {
                null => "A run does not respond any more",
                { IsPartial: true } => "Published in part: a drop was refused",
                { State: RunState.Refused } => "Nothing was published: the run was refused",
                _ => "Nothing was published: infrastructure failed",
            };
        }
        return urgent.Find(change => change.Kind == IncidentKind.Sla) is not null
            ? "Nothing was published by the SLA time"
            : urgent.Find(change => change.Kind == IncidentKind.Channel) is { } channel
            ? $"Notifications are not delivered on {IncidentKeys.Describe(channel)}"
            : urgent.Count > 0 && urgent.TrueForAll(change => change.Kind == IncidentKind.Setting)
            ? urgent is [var setting]
                ? $"{IncidentKeys.Describe(setting)} is wrong; runs go on without it"
                : $"{NumberFormat.Count(urgent.Count, "setting")} are wrong; runs go on without them"
            : urgent.Count > 0
            ? (run?.IsPartial == true ? "Published in part: " : "Nothing was published: ")
                + Count(urgent, "fails", "fail")
            : Calm(changes);
    }

    private static string Calm(IReadOnlyList<IncidentEvent> changes)
    {
        var warned = changes.Where(change =>
            change is { Level: IncidentSeverity.Warn, Change: IncidentEventKind.Opened }).ToList();
        var reminded = changes.Where(change => change.Change == IncidentEventKind.Reminded).ToList();
        var eased = changes.Where(change => change.Change == IncidentEventKind.Deescalated).ToList();
        return warned is [{ Kind: IncidentKind.Report }] ? "The report was not written"
            : warned.Count > 0 ? Count(warned, "warns", "warn")
            : reminded.Count > 0 ? $"Still open: {Count(reminded, "", "")}"
            : eased.Count > 0 ? $"Better: {Count(eased, "only warns now", "only warn now")}"
            : $"Right again: {Count(changes, "", "")}";
    }

    private static string Count(IReadOnlyList<IncidentEvent> changes, string one, string many)
    {
        var words = changes is [var only]
            ? $"{IncidentKeys.Describe(only)} {one}"
            : IncidentGroups.NameOf(changes) ?? $"{NumberFormat.Count(changes.Count, NounOf(changes))} {many}";
        return words.TrimEnd();
    }

    private static string NounOf(IReadOnlyList<IncidentEvent> changes) =>
        changes.All(change => change.Kind == IncidentKind.Check) ? "check" : "problem";
}
