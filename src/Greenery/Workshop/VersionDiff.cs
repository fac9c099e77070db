using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;

namespace Greenery.Workshop;

/// <summary>Compares the rows that models have in two runs whose versions are kept. Changes nothing.</summary>
/// <param name="warehouse">The database.</param>
/// <param name="catalogue">The project's models.</param>
/// <param name="timeLimit">Of each statement; <see cref="UsualTimeLimit"/> by default.</param>
public sealed class VersionDiff(PostgresWarehouse warehouse, ModelCatalogue catalogue, TimeSpan? timeLimit = null)
{
    /// <summary>How long a statement may take.</summary>
    public static readonly TimeSpan UsualTimeLimit = TimeSpan.FromMinutes(10);

    private readonly Dictionary<long, HeldRun> _runs = [];

    /// <summary>One result a model.</summary>
    /// <param name="models">Of the catalogue.</param>
    /// <param name="runs">Two runs, from the first to the second; one, which is compared with what readers see, the
    /// older one first, and a try last; none: the version that readers see and the one before it.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    /// <exception cref="ConfigurationException">The versions of a run are not kept any more.</exception>
    public async Task<IReadOnlyList<ModelDiff>> RunAsync(
        IReadOnlyList<Model> models, IReadOnlyList<long> runs, CancellationToken cancellationToken)
    {
        var held = await HeldVersions.ReadAsync(warehouse, cancellationToken);
        held.Verify(runs);
        var live = held.Published[0];
        var results = new List<ModelDiff>();
        foreach (var model in models)
        {
            results.Add(runs switch
            {
                [var one] when held.Tried.Contains(one) => await CompareAsync(model, live, one, cancellationToken),
                [var one] => await CompareAsync(model, Math.Min(one, live), Math.Max(one, live), cancellationToken),
                [var one, var other] => await CompareAsync(model, one, other, cancellationToken),
                _ => await CompareWithEarlierAsync(model, held.Published, cancellationToken),
            });
        }
        return results;
    }

    // Of many runs a model may have one version: the one before it is further back.
    private async Task<ModelDiff> CompareWithEarlierAsync(
        Model model, IReadOnlyList<long> published, CancellationToken cancellationToken)
    {
        var live = await RunAsync(published[0], cancellationToken);
        foreach (var runId in published.Skip(1))
        {
            var earlier = await RunAsync(runId, cancellationToken);
            if (earlier.Lack(model) is null && live.Lack(model) is null && !AreOne(earlier, live, model))
            {
                return await CompareAsync(model, runId, published[0], cancellationToken);
            }
        }
        var isOne = published.Count > 1 && live.Lack(model) is null
            && (await RunAsync(published[^1], cancellationToken)).Lack(model) is null;
        return isOne ? new ModelDiff($"{model}", published[^1], published[0], null, null)
            : new ModelDiff($"{model}", null, published[0], live.Lack(model)
                ?? "no version before the one that readers see is kept", null);
    }

    private async Task<ModelDiff> CompareAsync(
        Model model, long before, long after, CancellationToken cancellationToken)
    {
        var (earlier, later) = (await RunAsync(before, cancellationToken), await RunAsync(after, cancellationToken));
        var result = new ModelDiff($"{model}", before, after, earlier.Lack(model) ?? later.Lack(model), null);
        return result.Skipped is not null || AreOne(earlier, later, model) ? result
            : await new ReadOnlySession(warehouse, timeLimit ?? UsualTimeLimit).RunAsync(
                _ => $"{model} of runs {before} and {after}", async (connection, token) =>
                {
                    var (one, other) = (
                        await new VersionSelect(connection, earlier.Plan).OfAsync(earlier.Find(model)!, token),
                        await new VersionSelect(connection, later.Plan).OfAsync(later.Find(model)!, token));
                    if (one is null || other is null)
                    {
                        return result with
                        {
                            Skipped = $"the rows of run {(one is null ? before : after)} are not kept any more",
                        };
                    }
                    (one, other) = Narrow(
                        ModelVersion.Of(earlier.Find(model)!), ModelVersion.Of(later.Find(model)!)) ?? (one, other);
                    var personal = Personal(model, [earlier.Find(model)!.Model, later.Find(model)!.Model]);
                    return result with
                    {
                        Rows = await new VersionComparison(connection, model, personal)
                            .CompareAsync(one, other, token),
                    };
                }, cancellationToken);
    }

    // Of one table, the rows that both versions have need not be read.
    private static (string Before, string After)? Narrow(ModelVersion before, ModelVersion after) =>
        before.Table != after.Table || before.Version == 0 || after.Version == 0 ? null
        : before.Version < after.Version
            ? (ModelVersion.Removed(before, after), ModelVersion.Added(before, after))
            : (ModelVersion.Added(after, before), ModelVersion.Removed(after, before));

    // Marks belong to the model as it is now. Another select of it may have had other columns by these names.
    private HashSet<string> Personal(Model model, IEnumerable<Model> compared) =>
    [
        .. model.Columns.Where(column => column.IsPersonal).Select(column => column.Name),
        .. compared.Where(version => version.Definition != model.Definition).SelectMany(version =>
            PersonalColumns.CopiedBy(version.Tokens, catalogue.Models, catalogue.Sources)),
    ];

    private static bool AreOne(HeldRun one, HeldRun other, Model model) =>
        ModelVersion.Of(one.Find(model)!) == ModelVersion.Of(other.Find(model)!);

    private async Task<HeldRun> RunAsync(long runId, CancellationToken cancellationToken) =>
        _runs.TryGetValue(runId, out var run) ? run
            : _runs[runId] = await HeldRun.ReadAsync(warehouse, catalogue, runId, cancellationToken);
}
