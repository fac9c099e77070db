using Greenery.Alerts.Incidents;
using Greenery.Alerts.Routing;
using Greenery.Presentation;

namespace Greenery.Alerts.Messages;

/// <summary>A change as a line of a message.</summary>
internal static class IncidentEventText
{
    public static MessageProblem Problem(IncidentEvent change, Router router) => new(
        IncidentKeys.Describe(change),
        SeverityOf(change),
        router.OwnerOf(change.Subject),
        change.Message,
        change.RowsFailing,
        change.RowsBefore,
        Describe(change));

    public static MessageSeverity SeverityOf(IncidentEvent change) => change.Level switch
    {
        IncidentSeverity.Ok => MessageSeverity.Good,
        IncidentSeverity.Warn => MessageSeverity.Warning,
        _ => MessageSeverity.Error,
    };

    private static string Describe(IncidentEvent change)
    {
        var lasted = DurationText.Describe(change.ChangedAt - change.OpenedAt);
        return change.Change switch
        {
            IncidentEventKind.Opened => "new",
            IncidentEventKind.Escalated => $"worse: a warning for {lasted} before",
            IncidentEventKind.Deescalated => $"better: a warning now, open for {lasted}",
            IncidentEventKind.Resolved => $"right again after {lasted}",
            _ => $"open for {lasted}",
        };
    }
}
