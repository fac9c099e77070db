using Greenery.Models;
using Greenery.Reports.Data;
using Greenery.Sources;

namespace Greenery.Reports.Lineage;

/// <summary>How drops, source tables and models stand: the worst that is known of each.</summary>
internal sealed class ModelStates(ReportData data)
{
    private readonly Dictionary<string, ShownModel> _live = data.Ledgers.Live.ToDictionary(model => model.Model, StringComparer.Ordinal);
    private readonly Dictionary<string, RunModel> _run = data.Ledgers.Models.ToDictionary(model => model.Model, StringComparer.Ordinal);
    private readonly Dictionary<string, StepTime> _steps = data.Ledgers.Steps.ToDictionary(step => step.Step, StringComparer.Ordinal);
    private readonly Dictionary<string, NewestDrop> _drops = data.Ledgers.NewestDrops.ToDictionary(drop => drop.Table, StringComparer.Ordinal);

    public (Condition Condition, string Caption) Drop(SourceTable source)
    {
        if (!data.HasData)
        {
            return (Condition.Unknown, "");
        }
        if (data.Ledgers.Drops.Any(drop => drop.Table == source.Name && drop.Outcome == "refused"))
        {
            return (Condition.Bad, "refused");
        }
        return _drops.GetValueOrDefault(source.Name) is { } newest
            ? (Condition.Good, $"through {data.Clock.Day(newest.Date)}")
            : (Condition.Unknown, "none yet");
    }

    public (Condition Condition, string Caption) Source(SourceTable source)
    {
        if (!data.HasData)
        {
            return (Condition.Unknown, "");
        }
        if (Drop(source) is { Condition: Condition.Bad })
        {
            return (Condition.Bad, "a drop was refused");
        }
        var freshness = data.ChecksOf("staging", source.Name).FirstOrDefault(check => check.IsOpen);
        if (freshness is not null)
        {
            return (Problems.Of(freshness.Status), "not fresh");
        }
        var rows = data.Ledgers.Volumes.Where(volume => volume.Table == source.Name).ToList();
        return rows.Count == 0
            ? (Condition.Unknown, "empty so far")
            : (Condition.Good, $"{Figures.Count(rows[^1].Rows, "row")} last day");
    }

    public (Condition Condition, string Caption) Model(Model model)
    {
        if (!data.HasData)
        {
            return (Condition.Unknown, model.Materialization.ToString().ToLowerInvariant());
        }
        var open = data.ChecksOf(model.Mart, model.Name).Where(check => check.IsOpen).Select(check => Problems.Of(check.Status)).ToList();
        var step = _steps.GetValueOrDefault($"build:{model.Name}");
        var isBuilt = _run.GetValueOrDefault(model.Name) is { Action: "build" } planned && (planned.FinishedAt is not null || step?.State == "done");
        return (open, _run.GetValueOrDefault(model.Name)) switch
        {
            _ when step?.State == "failed" => (Condition.Bad, "could not be built"),
            ({ Count: > 0 }, _) when open.Contains(Condition.Bad) => (Condition.Bad, $"{Figures.Count(open.Count(one => one == Condition.Bad), "failing check")}"),
            ({ Count: > 0 }, _) => (Condition.Warning, Figures.Count(open.Count, "warning")),
            (_, { Action: "build" }) when !isBuilt => (Condition.Unknown, "not built in this run"),
            (_, { Action: "build" }) => (Condition.Good, $"built{Rows(model)}"),
            (_, { Action: "reuse" }) => (Condition.Reused, $"reused{Rows(model)}"),
            _ when _live.ContainsKey(model.Name) => (Condition.Reused, $"as before{Rows(model)}"),
            _ => (Condition.Unknown, "not published yet"),
        };
    }

    private string Rows(Model model) =>
        _live.GetValueOrDefault(model.Name)?.Rows is { } rows ? $", {Figures.Count(rows, "row")}" : "";
}
