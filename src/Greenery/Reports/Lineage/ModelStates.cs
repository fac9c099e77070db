using Greenery.Checks;
using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Presentation;
using Greenery.Reports.Data;
using Greenery.Runs;
using Greenery.Sources;
using Greenery.Staging;

namespace Greenery.Reports.Lineage;

/// <summary>How drops, source tables and models stand: the worst that is known of each.</summary>
internal sealed class ModelStates(ReportData data)
{
    private readonly Dictionary<string, ShownModel> _live =
        data.Ops.Live.ToDictionary(model => model.Model, StringComparer.Ordinal);
    private readonly Dictionary<string, RunModel> _run =
        data.Ops.Models.ToDictionary(model => model.Model, StringComparer.Ordinal);
    private readonly Dictionary<string, StepTime> _steps =
        data.Ops.Steps.ToDictionary(step => step.Step, StringComparer.Ordinal);
    private readonly Dictionary<string, NewestDrop> _drops =
        data.Ops.NewestDrops.ToDictionary(drop => drop.Table, StringComparer.Ordinal);

    public (HealthStatus Condition, string Caption) Drop(SourceTable source)
    {
        if (!data.HasData)
        {
            return (HealthStatus.Unknown, "");
        }
        if (data.Ops.Drops.Any(drop => drop.Table == source.Name && drop.Outcome == LoadOutcome.Refused))
        {
            return (HealthStatus.Bad, "refused");
        }
        return _drops.GetValueOrDefault(source.Name) is { } newest
            ? (HealthStatus.Good, $"through {data.Clock.Day(newest.Date)}")
            : (HealthStatus.Unknown, "none yet");
    }

    public (HealthStatus Condition, string Caption) Source(SourceTable source)
    {
        if (!data.HasData)
        {
            return (HealthStatus.Unknown, "");
        }
        if (Drop(source) is { Condition: HealthStatus.Bad })
        {
            return (HealthStatus.Bad, "a drop was refused");
        }
        var open = data.ChecksOf("staging", source.Name).FirstOrDefault(check => check.IsOpen);
        if (open is not null)
        {
            return (ReportProblems.Of(open.Status),
                open.Id == SourceFreshness.IdOf(source.Name) ? "not fresh"
                    : open.Id == EmptyDrops.IdOf(source.Name) ? "an empty drop"
                    : open.Kind.Replace('_', ' '));
        }
        var rows = data.Ops.Volumes.Where(volume => volume.Table == source.Name).ToList();
        return rows.Count == 0
            ? (HealthStatus.Unknown, "empty so far")
            : (HealthStatus.Good, $"{NumberFormat.Count(rows[^1].Rows, "row")} last day");
    }

    public (HealthStatus Condition, string Caption) Model(Model model)
    {
        if (!data.HasData)
        {
            return (HealthStatus.Unknown, model.Materialization.ToString().ToLowerInvariant());
        }
        var open = data.ChecksOf(model.Mart, model.Name).Where(check => check.IsOpen)
            .Select(check => ReportProblems.Of(check.Status)).ToList();
        var step = _steps.GetValueOrDefault($"build:{model.Name}");
        var isBuilt = _run.GetValueOrDefault(model.Name) is { Action: ModelAction.Build } planned
            && (planned.FinishedAt is not null || step?.State == RecordedStepState.Done);
        return (open, _run.GetValueOrDefault(model.Name)) switch
        {
            _ when step?.State == RecordedStepState.Failed => (HealthStatus.Bad, "could not be built"),
            ({ Count: > 0 }, _) when open.Contains(HealthStatus.Bad) =>
                (HealthStatus.Bad,
                $"{NumberFormat.Count(open.Count(one => one == HealthStatus.Bad), "failing check")}"),
            ({ Count: > 0 }, _) => (HealthStatus.Warning, NumberFormat.Count(open.Count, "warning")),
            (_, { Action: ModelAction.Build }) when !isBuilt => (HealthStatus.Unknown, "not built in this run"),
            (_, { Action: ModelAction.Build }) => (HealthStatus.Good, $"built{Rows(model)}"),
            (_, { IsHeld: true }) => (HealthStatus.Warning, "not updated"),
            (_, { Action: ModelAction.Reuse }) => (HealthStatus.Reused, $"reused{Rows(model)}"),
            _ when _live.ContainsKey(model.Name) => (HealthStatus.Reused, $"as before{Rows(model)}"),
            _ => (HealthStatus.Unknown, "not published yet"),
        };
    }

    private string Rows(Model model) =>
        _live.GetValueOrDefault(model.Name)?.Rows is { } rows ? $", {NumberFormat.Count(rows, "row")}" : "";
}
