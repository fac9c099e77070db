using Greenery.Alerts.Content;
using Greenery.Alerts.Routing;
using Greenery.Alerts.States;
using Greenery.Models;

namespace Greenery.Alerts.Telling;

/// <summary>A change as a line of a message.</summary>
internal static class ChangeWords
{
    public static Problem Problem(AlertChange change, Router router) => new(
        Subjects.Words(change),
        ToneOf(change),
        router.OwnerOf(change.Subject),
        change.Message,
        change.RowsFailing,
        change.RowsBefore,
        Of(change));

    public static Tone ToneOf(AlertChange change) => change.Level switch
    {
        AlertLevel.Ok => Tone.Good,
        AlertLevel.Warn => Tone.Warning,
        _ => Tone.Error,
    };

    private static string Of(AlertChange change)
    {
        var lasted = Durations.Words(change.ChangedAt - change.OpenedAt);
        return change.Change switch
        {
            ChangeKind.Opened => "new",
            ChangeKind.Worsened => $"worse: a warning for {lasted} before",
            ChangeKind.Eased => $"better: a warning now, open for {lasted}",
            ChangeKind.Recovered => $"right again after {lasted}",
            _ => $"open for {lasted}",
        };
    }
}
