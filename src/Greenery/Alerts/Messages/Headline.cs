using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Routing;
using Greenery.Checks;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Staging;

namespace Greenery.Alerts.Messages;

/// <summary>The first sentences of a message: what readers see, why, who answers for it, and what to do.</summary>
internal sealed class Headline(Router router, NotificationContext context)
{
    private const int ChecksNamed = 5;

    public IEnumerable<Block> From(IReadOnlyList<IncidentEvent> changes)
    {
        yield return new Block.Paragraph(What(changes));
        if (Cause(changes) is { } cause)
        {
            yield return new Block.Paragraph($"Why: {cause}");
        }
        if (Advice(changes) is { } advice)
        {
            yield return new Block.Paragraph(advice);
        }
    }

    public Block Facts(string person) => new Block.Facts(
    [
        .. context.Run is { } run
            ? new[] { new Fact("Run", string.Create(CultureInfo.InvariantCulture,
                $"{run.RunId}, business date {run.BusinessDate:yyyy-MM-dd}, ")
                + RunStateText.Describe(run.State, run.IsPartial)) }
            : [],
        new Fact("Readers see", context.Readers?.ToString() ?? "nothing yet"),
        new Fact("For", person),
    ]);

    // Also for those whose own tables are well: they do not see today's rows either.
    private string? Cause(IReadOnlyList<IncidentEvent> changes)
    {
        var broken = changes.FirstOrDefault(change => change.Kind == IncidentKind.Run && change.IsUrgent);
        return context.Run switch
        {
            { State: RunState.ChecksFailed } run => FailingChecks(run),
            { State: RunState.Failed or RunState.Refused } or { IsPartial: true } =>
                WithOwners(broken?.Message ?? context.Run.Message ?? "the run does not say.", context.Run),
            _ => broken?.Message,
        };
    }

    private string FailingChecks(RunReport run)
    {
        var failing = run.Checks.Where(check => check.Status is CheckStatus.Fail or CheckStatus.Error).ToList();
        var named = string.Join(
            ", ", failing.Take(ChecksNamed).Select(check => $"{check.Id} (owner {router.OwnerOf(check.Id)})"));
        return failing.Count == 0 ? run.Message ?? "a check fails."
            : $"{(failing.Count == 1 ? "a check fails" : $"{failing.Count} checks fail")}: {named}"
                + (failing.Count > ChecksNamed ? $" and {failing.Count - ChecksNamed} more." : ".");
    }

    // A refused drop is its sender's, whatever else went wrong is for who answers for the run.
    private string WithOwners(string message, RunReport run)
    {
        var tables = run.Drops.Where(drop => drop.Outcome == LoadOutcome.Refused).Select(drop => drop.Table).ToList();
        var owners = tables.Count > 0 ? tables.Select(router.OwnerOfTable).Distinct()
            : [router.Settings.Owner ?? "unassigned"];
        return $"{message.TrimEnd().TrimEnd('.')}. Owner: {string.Join(", ", owners)}.";
    }

    private string What(IReadOnlyList<IncidentEvent> changes)
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

    private string? Advice(IReadOnlyList<IncidentEvent> changes)
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
            _ when urgent.SetEquals([IncidentKind.Setting]) =>
                "What to do: put right what is named below; 'greenery validate' with the same settings says whether it "
                    + "is. Then restart the host.",
            _ when urgent.Count > 0 =>
                "What to do: look at the failing rows with the query below, put the data or the model right, and run "
                    + "again. Nothing is loaded twice.",
            _ => null,
        };
    }
}
