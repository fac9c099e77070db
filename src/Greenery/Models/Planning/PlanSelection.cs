using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Planning;

/// <summary>
/// The models that a run tries. It takes the others as readers see them, whatever their files or staging say by now.
/// </summary>
internal sealed class PlanSelection
{
    private readonly HashSet<string> _names;

    private PlanSelection(HashSet<string> names, IReadOnlyList<PlannedModel> others) =>
        (_names, Others) = (names, others);

    /// <summary>The versions that readers see of the other models, in the order in which they were built.</summary>
    public IReadOnlyList<PlannedModel> Others { get; }

    /// <summary>
    /// What is tried, with the views of it: a view shows the new rows as soon as they are published.
    /// </summary>
    /// <param name="catalogue">The project's models.</param>
    /// <param name="names">The models that were asked for.</param>
    /// <param name="shown">The versions that readers see, in the order in which they were built.</param>
    public static PlanSelection Of(
        ModelCatalogue catalogue, IEnumerable<string> names, IReadOnlyList<PlannedModel> shown)
    {
        var chosen = names.ToHashSet(StringComparer.Ordinal);
        var seen = shown.ToDictionary(planned => planned.Model.Name, StringComparer.Ordinal);
        for (var before = -1; before < chosen.Count;)
        {
            before = chosen.Count;
            chosen.UnionWith(
                catalogue.Models.Where(model => ShowsAny(model, seen, chosen)).Select(model => model.Name));
        }
        return Only(chosen, shown);
    }

    /// <summary>These models, and no view of them that is none of these.</summary>
    public static PlanSelection Only(IEnumerable<string> names, IReadOnlyList<PlannedModel> shown)
    {
        var chosen = names.ToHashSet(StringComparer.Ordinal);
        return new PlanSelection(
            chosen, [.. shown.Where(planned => !chosen.Contains(planned.Model.Name)).Select(Shown)]);
    }

    /// <summary>Whether the run tries it.</summary>
    public bool Has(Model model) => _names.Contains(model.Name);

    /// <summary>What keeps models from being tried; empty when nothing does.</summary>
    /// <param name="connection">Looks into schema staging.</param>
    /// <param name="catalogue">The project's models.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Diagnostic>> GapsAsync(
        NpgsqlConnection connection, ModelCatalogue catalogue, CancellationToken cancellationToken)
    {
        var tables = await connection.QueryAsync<string>(
            """
            select relname::text from pg_class
            inner join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = 'staging'
            """, null, cancellationToken);
        return
        [
            .. catalogue.Models.Where(Has).SelectMany(model => ModelInputs.ReadNames(model)
                .Select(name => Gap(catalogue, model, name, tables)).OfType<string>()
                .Select(gap => new Diagnostic(model.File, gap))),
        ];
    }

    private string? Gap(ModelCatalogue catalogue, Model model, string name, IReadOnlyCollection<string> tables) =>
        catalogue.Find(name) is { } parent
            ? Has(parent) || Others.Any(other => other.Model.Name == name) ? null
                : $"reads {parent}, which is neither published yet nor selected. Select it too: --select "
                    + $"+{model.Name}."
        : tables.Contains(name) ? null
            : $"reads staging.{name}, which is not there yet: no run has loaded a drop of it, and a try loads nothing. "
                + "Run 'greenery run' first.";

    /// <summary>
    /// Of the other models, those that a run of all models would build: what is computed from them differs from what
    /// that run computes. What uses the time is left out, as each run builds it in any case.
    /// </summary>
    /// <param name="all">What a run of all models would do.</param>
    /// <param name="state">What is there.</param>
    public HashSet<string> Outdated(IEnumerable<PlannedModel> all, WarehouseState state)
    {
        var current = all.ToDictionary(planned => planned.Model.Name, planned => planned.Fingerprint);
        return [.. Others.Where(other => !state.Volatile.ContainsKey(other.Model.Name)
            && current.GetValueOrDefault(other.Model.Name) != other.Fingerprint).Select(other => other.Model.Name)];
    }

    private static bool ShowsAny(Model model, Dictionary<string, PlannedModel> shown, HashSet<string> chosen) =>
        !chosen.Contains(model.Name)
        && ((model.Materialization == Materialization.View && model.Models.Any(chosen.Contains))
            || (shown.TryGetValue(model.Name, out var seen) && !seen.IsTable && seen.Reads.Keys.Any(chosen.Contains)));

    private static PlannedModel Shown(PlannedModel planned) => planned with
    {
        Action = ModelAction.Reuse, Reason = ModelPlanner.NotSelected, IsDelta = false, Since = 0,
    };
}
