using System.Globalization;

namespace Greenery.Models;

/// <summary>Decides per model whether it is built, built in part, or reused. Pure: the state comes in, the plan goes out.</summary>
internal static class ModelPlanner
{
    /// <summary>The reason of a model whose live version is up to date.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>The plan, in the catalogue's order.</summary>
    /// <param name="catalogue">The models.</param>
    /// <param name="state">What is there.</param>
    /// <param name="runId">Makes the names of tables that are built again differ.</param>
    /// <param name="isFullRefresh">Build everything, in full, whatever is there.</param>
    public static List<PlannedModel> Plan(ModelCatalogue catalogue, WarehouseState state, long runId, bool isFullRefresh)
    {
        var fingerprints = new Dictionary<string, string>(StringComparer.Ordinal);
        var plan = new List<PlannedModel>();
        foreach (var model in catalogue.Models)
        {
            fingerprints[model.Name] = Fingerprint(model, fingerprints, state);
            plan.Add(PlanOne(model, fingerprints[model.Name], state, runId, isFullRefresh, plan));
        }
        return plan;
    }

    private static string Fingerprint(Model model, Dictionary<string, string> parents, WarehouseState state) => Definitions.Hash(
    [
        model.Definition,
        .. model.Models.Select(name => parents[name]),
        .. model.Sources.Select(name => state.Sources.GetValueOrDefault(name).ToString(CultureInfo.InvariantCulture)),
    ]);

    private static PlannedModel PlanOne(
        Model model, string fingerprint, WarehouseState state, long runId, bool isFullRefresh, List<PlannedModel> before)
    {
        var live = state.Live.GetValueOrDefault(model.Name);
        var name = $"{model.Name}__{fingerprint[..8]}";
        var reason = Reason(model, live, state, before);
        if (isFullRefresh)
        {
            return new PlannedModel(model, ModelAction.Build, "full refresh", fingerprint, $"{name}_{runId}", null, 0, state.Until);
        }
        if (live?.Fingerprint == fingerprint)
        {
            return new PlannedModel(model, ModelAction.Reuse, Unchanged, fingerprint, live.TableName ?? name, null, 0, state.Until);
        }
        if (state.Built[model.Name].FirstOrDefault(table => table.BaseTable is null && table.Fingerprint == fingerprint) is { } built)
        {
            return new PlannedModel(model, ModelAction.Reuse, "built before", fingerprint, built.TableName, null, 0, state.Until);
        }
        return model.Materialization == Materialization.Incremental && live?.TableName is { } table && live.Definition == model.Definition
            ? Delta(model, fingerprint, state, live, table, reason)
            : new PlannedModel(model, ModelAction.Build, reason, fingerprint, name, null, 0, state.Until);
    }

    private static PlannedModel Delta(
        Model model, string fingerprint, WarehouseState state, LiveModel live, string table, string reason)
    {
        var built = state.Built[model.Name].FirstOrDefault(delta => delta.BaseTable == table
            && delta.Fingerprint == fingerprint && delta.SinceSeq == live.UntilSeq);
        var name = built?.TableName ?? $"{model.Name}__{fingerprint[..8]}_d{live.UntilSeq}";
        return new PlannedModel(
            model, ModelAction.Build, built is null ? reason : "built before", fingerprint, table, name, live.UntilSeq, state.Until);
    }

    private static string Reason(Model model, LiveModel? live, WarehouseState state, List<PlannedModel> before)
    {
        if (live is null)
        {
            return "new";
        }
        if (live.Definition != model.Definition)
        {
            return "changed SQL";
        }
        var sources = model.Sources.Where(name => state.Sources.GetValueOrDefault(name) > live.UntilSeq).ToList();
        var parents = before.Where(parent => model.Models.Contains(parent.Model.Name) && parent.Reason != Unchanged)
            .Select(parent => parent.Model.Name);
        return sources.Count > 0 ? $"new rows in {string.Join(", ", sources)}" : $"changed {string.Join(", ", parents)}";
    }
}
