using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Routing;
using Greenery.Presentation;
using Greenery.Runs;

namespace Greenery.Alerts.Messages;

/// <summary>A change as a line of a message.</summary>
/// <param name="router">Knows what is looked at, and who answers for it.</param>
/// <param name="run">The run that has ended; null for a poll between runs.</param>
internal sealed class IncidentEventText(Router router, RunReport? run)
{
    private const int ReadersNamed = 4;

    public MessageProblem Problem(IncidentEvent change)
    {
        var problem = new MessageProblem(
            IncidentKeys.Describe(change), SeverityOf(change), router.OwnerOf(change.Subject), change.Message,
            change.RowsFailing, change.RowsBefore, Describe(change));
        return change.Level == IncidentSeverity.Ok || router.Find(change.Subject) is not { } topic ? problem
            : problem with
            {
                Why = topic.Description,
                Affects = topic.Table is { } table ? Affected(table) : "",
                RowsSql = topic.Check is { } check && change.RowsFailing is not 0
                    ? RowsQuery.Of(check, change.RunId, IsPublished(change)) : "",
            };
    }

    public static MessageSeverity SeverityOf(IncidentEvent change) => change.Level switch
    {
        IncidentSeverity.Ok => MessageSeverity.Good,
        IncidentSeverity.Warn => MessageSeverity.Warning,
        _ => MessageSeverity.Error,
    };

    // Of a run that was not published, the rows are in its own schema until the next run. Of an earlier run, where they
    // are is not known.
    private bool? IsPublished(IncidentEvent change) => run is null || run.RunId != change.RunId ? null
        : run.State is RunState.Published or RunState.Unchanged or RunState.RolledBack;

    // What people look at first; they know it by its name.
    private string Affected(string table) => string.Join("; ", new[]
    {
        Named([.. router.ExposuresOf(table).Select(exposure => $"{exposure}")]), Named(router.ReadersOf(table)),
    }.Where(part => part.Length > 0));

    private static string Named(IReadOnlyList<string> names) => NameList.Of(names, most: ReadersNamed);

    private string Describe(IncidentEvent change)
    {
        var lasted = DurationText.Describe(change.ChangedAt - change.OpenedAt);
        return change.Change switch
        {
            IncidentEventKind.Opened => "new",
            IncidentEventKind.Escalated => $"worse: a warning for {lasted} before",
            IncidentEventKind.Deescalated => $"better: a warning now, open for {lasted}{Since(change)}",
            IncidentEventKind.Resolved => $"right again after {lasted}",
            _ => $"open for {lasted}{Since(change)}",
        };
    }

    private string Since(IncidentEvent change) => Since(change.OpenedAt, change.ChangedAt, router.Settings.Local);

    /// <summary><c>, since 2026-11-20</c>; empty for what opened today.</summary>
    public static string Since(DateTime openedAt, DateTime now, LocalTime local) =>
        local.DateOf(openedAt) == local.DateOf(now) ? ""
            : string.Create(CultureInfo.InvariantCulture, $", since {local.DateOf(openedAt):yyyy-MM-dd}");
}
