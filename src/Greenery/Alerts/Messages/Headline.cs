using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Presentation;
using Greenery.Runs;

namespace Greenery.Alerts.Messages;

/// <summary>The first sentences of a message: what readers see, why, and what to do.</summary>
internal static class Headline
{
    public static IEnumerable<Block> From(IReadOnlyList<IncidentEvent> changes, NotificationContext context)
    {
        yield return new Block.Paragraph(What(changes, context));
        if (changes.FirstOrDefault(change => change.Kind == IncidentKind.Run && change.IsUrgent) is { } broken)
        {
            yield return new Block.Paragraph($"Why: {broken.Message}");
        }
        if (Advice(changes, context) is { } advice)
        {
            yield return new Block.Paragraph(advice);
        }
    }

    public static Block Facts(string person, NotificationContext context) => new Block.Facts(
    [
        .. context.Run is { } run
            ? new[] { new Fact("Run", string.Create(CultureInfo.InvariantCulture,
                $"{run.RunId}, business date {run.BusinessDate:yyyy-MM-dd}, ")
                + RunStateText.Describe(run.State, run.IsPartial)) }
            : [],
        new Fact("Readers see", context.Readers?.ToString() ?? "nothing yet"),
        new Fact("For", person),
    ]);


    private static string What(IReadOnlyList<IncidentEvent> changes, NotificationContext context)
    {
        var isHeld = context.Run?.State
            is not (null or RunState.Published or RunState.Unchanged or RunState.RolledBack)
            || changes.Any(change => change.IsUrgent && change.Kind is IncidentKind.Run or IncidentKind.Sla);
        return context.Readers is not { } readers ? "Nothing was published yet: readers see nothing."
            : context.Run is { IsPartial: true, HeldModels.Count: > 0 } partial
            ? $"Readers see {readers}. Not updated: {string.Join(", ", partial.HeldModels)}."
            : isHeld ? $"Nothing new was published. Readers still see {readers}."
            : $"Readers see {readers}.";
    }

    private static string? Advice(IReadOnlyList<IncidentEvent> changes, NotificationContext context)
    {
        var urgent = changes.Where(change => change.IsUrgent).Select(change => change.Kind).ToHashSet();
        return urgent switch
        {
            _ when urgent.Contains(IncidentKind.Run)
                && context.Run is { State: RunState.Refused } or { IsPartial: true } =>
                "What to do: put right what is named above (a drop is uploaded again under its name), "
                    + "then run again. What was loaded stays loaded.",
            _ when urgent.Contains(IncidentKind.Run) =>
                "What to do: see that database and storage can be reached, then run again ('greenery run', or POST "
                + "/api/runs). What was done is not done twice. ops.step says in which step it failed.",
            _ when urgent.Contains(IncidentKind.Sla) =>
                "What to do: 'greenery status' says how the last run went. Where none was started, look at the "
                    + "schedule and start one.",
            _ when urgent.Contains(IncidentKind.Channel) =>
                "What to do: put the channel's settings right, then 'greenery alerts test' and 'greenery alerts send'.",
            _ when urgent.Count > 0 =>
                "What to do: look at the failing rows (ops.failing_row), put the data or the model right, "
                    + "and run again. Nothing is loaded twice.",
            _ => null,
        };
    }
}
