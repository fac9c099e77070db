using System.Globalization;

namespace Greenery.Models.Planning;

/// <summary>
/// Decides per model whether it is built, built in part, or reused. Pure: the state comes in, the plan goes out.
/// </summary>
internal static class ModelPlanner
{
    /// <summary>The reason of a model whose live version is up to date.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>Begins the reason of a model that keeps the version readers see.</summary>
    public const string Held = "held: ";

    /// <summary>The reason of a model that a try reads as readers see it.</summary>
    public const string NotSelected = "not selected";

    // It is made anew where it is to be; readers see the one of before until then.
    private const string Moves = "its table moves within the cluster";

    /// <summary>The plan, in the catalogue's order.</summary>
    /// <param name="catalogue">The models.</param>
    /// <param name="state">What is there.</param>
    /// <param name="runId">Makes the names of tables that are built again differ.</param>
    /// <param name="isFullRefresh">Build everything, in full, whatever is there.</param>
    public static List<PlannedModel> Plan(
        ModelCatalogue catalogue, WarehouseState state, long runId, bool isFullRefresh)
    {
        var fingerprints = new Dictionary<string, string>(StringComparer.Ordinal);
        var plan = new List<PlannedModel>();
        foreach (var model in catalogue.Models)
        {
            fingerprints[model.Name] = Fingerprint(model, fingerprints, state, runId);
            Add(plan, model, PlanOne(model, fingerprints[model.Name], state, runId, isFullRefresh, plan));
        }
        return plan;
    }

    /// <summary>
    /// The plan of a try: the other models, as readers see them, and those that it tries, in the catalogue's order.
    /// What is built gets a table of its own, in full: the rows of an incremental model that readers see are not
    /// touched.
    /// </summary>
    /// <param name="catalogue">The models.</param>
    /// <param name="state">What is there.</param>
    /// <param name="runId">Makes the names of tables that are built again differ.</param>
    /// <param name="selection">What is tried.</param>
    public static List<PlannedModel> Plan(
        ModelCatalogue catalogue, WarehouseState state, long runId, PlanSelection selection)
    {
        var fingerprints = selection.Others.ToDictionary(
            other => other.Model.Name, other => other.Fingerprint, StringComparer.Ordinal);
        var outdated = selection.Outdated(Plan(catalogue, state, runId, isFullRefresh: false), state);
        List<PlannedModel> plan = [.. selection.Others];
        foreach (var model in catalogue.Models.Where(selection.Has))
        {
            var live = state.Live.GetValueOrDefault(model.Name);
            var fingerprint = Fingerprint(model, fingerprints, state, runId);
            var (tried, why) = (model, default(string));
            if (model.Models.Where(outdated.Contains).ToList() is { Count: > 0 } inputs)
            {
                outdated.Add(model.Name);
                if (live?.Fingerprint != fingerprint)
                {
                    tried = OverOutdated(model, inputs, fingerprints);
                    fingerprint = Fingerprint(tried, fingerprints, state, runId);
                    why = live?.Definition == model.Definition
                        ? $"over {string.Join(", ", inputs)} as readers see {(inputs.Count == 1 ? "it" : "them")}"
                        : null;
                }
            }
            fingerprints[model.Name] = fingerprint;
            var planned = BesideLive(
                PlanOne(tried, fingerprint, state, runId, isFullRefresh: false, plan), live, runId);
            Add(plan, model, why is null || planned.Action == ModelAction.Reuse
                ? planned : planned with { Reason = why });
        }
        return plan;
    }

    // The next run that builds the inputs has to build it in full: of rows that its inputs lacked, some may be older
    // than what it covers.
    private static Model OverOutdated(Model model, List<string> inputs, Dictionary<string, string> fingerprints) =>
        model with
        {
            Definition = ModelFingerprint.Hash(
                [model.Definition, .. inputs.Select(name => $"{name} {fingerprints[name]}")]),
        };

    // New rows of an incremental model would be in the table that readers see; the next run takes them out of it.
    private static PlannedModel BesideLive(PlannedModel planned, LiveModel? live, long runId) =>
        planned.Model.Materialization != Materialization.Incremental || planned.IsUnchanged
            || live?.TableName != planned.TableName
            ? planned
            : planned with
            {
                Action = ModelAction.Build,
                Reason = planned.IsDelta ? $"{planned.Reason}; in full, beside the live rows" : "beside the live rows",
                IsDelta = false, Since = 0, Version = runId,
                TableName = $"{planned.Model.Name}__{planned.Fingerprint[..8]}_{runId}",
            };

    private static void Add(List<PlannedModel> plan, Model model, PlannedModel planned) => plan.Add(planned with
    {
        Reads = plan.Where(parent => model.Models.Contains(parent.Model.Name))
            .ToDictionary(parent => parent.Model.Name, ModelVersion.Of, StringComparer.Ordinal),
    });

    // No two runs share what may have changed by itself.
    private static string Fingerprint(
        Model model, Dictionary<string, string> parents, WarehouseState state, long runId) =>
        ModelFingerprint.Hash(
    [
        model.Definition,
        .. model.Models.Select(name => parents[name]),
        .. model.Sources.Select(name => state.Sources.GetValueOrDefault(name).ToString(CultureInfo.InvariantCulture)),
        // A table that was found to differ is never "built before", and what was computed from it is built again.
        .. state.Differed.TryGetValue(model.Name, out var found)
            ? [string.Create(CultureInfo.InvariantCulture, $"differed in {found}")] : Array.Empty<string>(),
        .. state.Volatile.ContainsKey(model.Name)
            ? [string.Create(CultureInfo.InvariantCulture, $"run {runId}")] : Array.Empty<string>(),
    ]);

    private static PlannedModel PlanOne(
        Model model, string fingerprint, WarehouseState state, long runId, bool isFullRefresh,
        List<PlannedModel> before)
    {
        var live = state.Live.GetValueOrDefault(model.Name);
        var isElsewhere = live?.TableName is { } shown && state.Elsewhere.Contains(shown);
        var name = $"{model.Name}__{fingerprint[..8]}";
        var full = new PlannedModel(
            model, ModelAction.Build, Reason(model, live, state, before), fingerprint,
            state.IsThere(name) ? $"{name}_{runId}" : name,
            Version: runId, IsDelta: false, Since: 0, state.Until);
        if (isFullRefresh)
        {
            return full with { Reason = "full refresh", TableName = $"{name}_{runId}" };
        }
        if (model.Materialization == Materialization.View && before.Any(parent =>
            parent.Action == ModelAction.Build && model.Models.Contains(parent.Model.Name)))
        {
            // It names what it reads, and that is there when it is built; also where its rows are the same as before.
            return full;
        }
        if (live?.Fingerprint == fingerprint && !isElsewhere)
        {
            return full with
            {
                Action = ModelAction.Reuse, Reason = Unchanged, TableName = live.TableName
                    ?? full.TableName, Version = live.Version,
            };
        }
        if (state.Built[model.Name].FirstOrDefault(table => table.Fingerprint == fingerprint
            && !state.Elsewhere.Contains(table.TableName)) is { } built)
        {
            return full with { Action = ModelAction.Reuse, Reason = "built before", TableName = built.TableName };
        }
        if (isElsewhere && live!.Fingerprint == fingerprint)
        {
            return full with { Reason = Moves };
        }
        if (model.Materialization != Materialization.Incremental || live?.TableName is not { } table
            || live.Definition != model.Definition || state.Volatile.ContainsKey(model.Name)
            || state.Differing.Contains(model.Name))
        {
            // Rows of a volatile model come and go without being new, which a delta would miss.
            return full;
        }
        if (state.Tried.GetValueOrDefault(table) > live.Version)
        {
            // A delta takes rows out of the table that are newer than what readers see.
            return full with { Reason = $"{full.Reason}; in full: a try reads rows that readers were taken back from" };
        }
        if (isElsewhere)
        {
            return full with { Reason = $"{full.Reason}; in full: {Moves}" };
        }
        var delta = full with { TableName = table, IsDelta = true, Since = live.UntilSeq };
        if (model.IsByKey)
        {
            return KeyTrace.Gap(model, live, state, before) is { } gap
                ? full with { Reason = $"{full.Reason}; in full: {gap}" } : delta;
        }
        // What left staging cannot be seen among what is new since.
        var emptied = model.Sources.Where(name => state.Removals.GetValueOrDefault(name) > live.UntilSeq).ToList();
        return emptied.Count > 0
            ? full with { Reason = $"rows left {string.Join(", ", emptied)}" }
            // What it computed from wrong rows is not new in the right ones.
            : model.Models.Any(state.Differing.Contains) ? full
            : delta;
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
        if (state.Differing.Contains(model.Name))
        {
            return "its rows differed from a full build";
        }
        var sources = model.Sources.Where(name => state.Sources.GetValueOrDefault(name) > live.UntilSeq).ToList();
        var parents = before.Where(parent => model.Models.Contains(parent.Model.Name) && !parent.IsUnchanged)
            .Select(parent => parent.Model.Name).ToList();
        return sources.Count > 0 ? $"new rows in {string.Join(", ", sources)}"
            : parents.Count == 0 && state.Volatile.GetValueOrDefault(model.Name) is { } asked
            ? $"evaluated by each run: uses {asked}"
            : $"changed {string.Join(", ", parents)}";
    }
}
