using System.Globalization;
using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Warehouse;

namespace Greenery.Workshop;

/// <summary>The runs whose versions of models the warehouse still holds.</summary>
/// <param name="Published">Published runs, newest first: the first one is what readers see.</param>
/// <param name="Last">The newest run that is no try, published or not; null before the first.</param>
/// <param name="Tried">Tries, oldest first.</param>
internal sealed record HeldVersions(IReadOnlyList<long> Published, long? Last, IReadOnlyList<long> Tried)
{
    /// <summary>What there is now.</summary>
    public static async Task<HeldVersions> ReadAsync(PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        if (!await warehouse.HasLedgersAsync(cancellationToken))
        {
            return new HeldVersions([], null, []);
        }
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        // An unpublished run's tables, and its rows in incremental tables, stay until the next run.
        return new HeldVersions(
            await PublishedRuns.KeptAsync(connection, cancellationToken),
            await connection.ExecuteScalarAsync<long?>($"select {RunKinds.Newest}", null, cancellationToken),
            await connection.QueryAsync<long>(
                "select run_id from ops.run where started_by = 'try' and is_kept and state in ('tried', "
                + "'checks_failed') order by run_id", null, cancellationToken));
    }

    /// <summary>Verifies which runs a user wants to compare, the earlier side first.</summary>
    /// <param name="runs">None, one to be compared with what readers see, or two.</param>
    /// <exception cref="ConfigurationException">The versions of a run are not kept, or there is nothing to compare.
    /// </exception>
    public void Verify(IReadOnlyList<long> runs)
    {
        if (Published.Count == 0)
        {
            throw new ConfigurationException("diff", "nothing is published yet; expected at least one published run. "
                + "Run 'greenery run' first.");
        }
        foreach (var run in runs.Where(run => !Published.Contains(run) && run != Last && !Tried.Contains(run)))
        {
            var isUnknown = run < 1 || (run > Last && (Tried is not [.., var tried] || run > tried));
            throw new ConfigurationException("--run", isUnknown
                ? $"there is no run {run}; kept are the versions of {Kept}."
                : $"the versions of run {run} are not kept any more, or it was never published; kept are those of "
                    + $"{Kept}: of the last {CleanUp.RunsKept} published runs, "
                    + $"{(Tried.Count > 0 ? "of the last run, and of tries." : "and of the last run.")}");
        }
        if (runs.Distinct().Count() < runs.Count || (runs.Count == 1 && runs[0] == Published[0]))
        {
            throw new ConfigurationException("--run", $"run {runs[0]} would be compared with itself"
                + (runs.Count == 1 ? ", as it is what readers see" : "") + $"; expected two of {Kept}.");
        }
    }

    private string Kept
    {
        get
        {
            var runs = Published.Append(Last ?? 0).Concat(Tried).Distinct().Order().Select(run =>
                run.ToString(CultureInfo.InvariantCulture)).ToList();
            return $"{(runs.Count == 1 ? "run" : "runs")} {NameList.Of(runs)}";
        }
    }
}

/// <summary>What a run made of the models.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Plan">In the order of building.</param>
/// <param name="Unbuilt">Models that it was to build and has not.</param>
internal sealed record HeldRun(long RunId, IReadOnlyList<PlannedModel> Plan, IReadOnlyList<string> Unbuilt)
{
    /// <summary>Reads it.</summary>
    public static async Task<HeldRun> ReadAsync(
        PostgresWarehouse warehouse, ModelCatalogue catalogue, long runId, CancellationToken cancellationToken)
    {
        var plan = await new RunPlan(warehouse, catalogue).ReadAsync(runId, cancellationToken);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return new HeldRun(runId, plan, await connection.QueryAsync<string>(
            "select model from ops.run_model where run_id = @runId and action = 'build' and finished_at is null",
            new { runId }, cancellationToken));
    }

    /// <summary>The version of a model; null when the run has none.</summary>
    public PlannedModel? Find(Model model) => Plan.FirstOrDefault(planned => planned.Model.Name == model.Name);

    /// <summary>Why it has no version of a model; null when it has.</summary>
    public string? Lack(Model model) => Find(model) is null
        ? Plan.Count == 0 ? $"run {RunId} ended before it built any model" : $"run {RunId} has no such model"
        : Unbuilt.Contains(model.Name) ? $"run {RunId} has not built it" : null;
}
