using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>A run that tried models, and what is needed to publish it.</summary>
internal sealed record TriedRun
{
    private const string Place = "publish";
    private const int MostNamed = 5;

    public long RunId { get; init; }

    public RunState State { get; init; }

    public RunTrigger StartedBy { get; init; }

    /// <summary>Whether its tables are still there.</summary>
    public bool IsKept { get; init; }

    /// <summary>What it was asked to build, as it was typed.</summary>
    public string[]? SelectedModels { get; init; }

    /// <summary>The environment that it is shown in; null for none.</summary>
    public string? Environment { get; init; }

    /// <summary>The run that published it, and is still published; null when none did.</summary>
    public long? PublishedBy { get; init; }

    /// <summary>The command that tries the same again.</summary>
    public string Command =>
        $"greenery run{(SelectedModels is { Length: > 0 } names ? $" --select {string.Join(' ', names)}" : "")} "
        + (Environment is null ? "--no-publish" : $"--env {Environment}");

    /// <summary>Reads it.</summary>
    /// <exception cref="ConfigurationException">It is no run that can be published, now or later.</exception>
    public static async Task<TriedRun> ReadAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken)
    {
        var run = await connection.QueryFirstOrDefaultAsync<TriedRun>(
            """
            select run_id, state, started_by, is_kept, selected_models, environment,
                (select max(later.run_id) from ops.run as later
                    where later.tried_run_id = run.run_id and later.state = 'published') as published_by
            from ops.run where run_id = @runId
            """, new { runId }, cancellationToken);
        var why = run is null ? $"there is no run {runId}" : run.Refusal();
        return why is null ? run! : throw new ConfigurationException(
            Place, $"{why}; expected {await ExpectedAsync(connection, cancellationToken)}.");
    }

    /// <summary>Why what it tried cannot be published now, one line each; empty when it can.</summary>
    /// <param name="connection">To read by.</param>
    /// <param name="tried">The models that it tried.</param>
    /// <param name="shown">The versions that readers see.</param>
    /// <param name="catalogue">The project's models of today.</param>
    /// <param name="state">What is there now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<string>> StaleAsync(
        NpgsqlConnection connection, List<PlannedModel> tried, List<PlannedModel> shown, ModelCatalogue catalogue,
        WarehouseState state, CancellationToken cancellationToken)
    {
        var seenThen = (await connection.QueryAsync<(string Model, string? Fingerprint)>(
            "select model, live_fingerprint from ops.run_model where run_id = @RunId", new { RunId },
            cancellationToken))
            .ToDictionary(seen => seen.Model, seen => seen.Fingerprint, StringComparer.Ordinal);
        var selection = PlanSelection.Only(tried.Select(planned => planned.Model.Name), shown);
        if (await selection.GapsAsync(connection, catalogue, cancellationToken) is { Count: > 0 } gaps)
        {
            return [.. gaps.Select(gap => $"{gap}".TrimEnd('.'))];
        }
        var now = ModelPlanner.Plan(catalogue, state, RunId, selection)
            .ToDictionary(planned => planned.Model.Name, StringComparer.Ordinal);
        var published = shown.Concat(tried.Select(planned => Published(planned, state)))
            .GroupBy(planned => planned.Model.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => ModelVersion.Of(group.Last()), StringComparer.Ordinal);
        var changes = tried.SelectMany(planned =>
            TriedChange.Find(planned, now, published, seenThen, state, catalogue)).Distinct().ToList();
        return
        [
            .. changes.Where(change => change.IsKnown || !changes.Exists(other => other.IsKnown))
                .Select(change => change.Text),
            .. UntriedReaders(tried, shown, state, catalogue),
        ];
    }

    /// <summary>Whether readers see the same rows already: the model is not changed by the publication.</summary>
    public static bool IsShown(PlannedModel tried, WarehouseState state) =>
        state.Live.GetValueOrDefault(tried.Model.Name)?.Fingerprint == tried.Fingerprint;

    /// <summary>
    /// The version that readers would see. Where they see the same rows already it is theirs: another run may have
    /// built these again, and models that were not tried are computed from those.
    /// </summary>
    public static PlannedModel Published(PlannedModel tried, WarehouseState state) => IsShown(tried, state)
        ? tried with
        {
            TableName = state.Live[tried.Model.Name].TableName ?? tried.TableName,
            Version = state.Live[tried.Model.Name].Version,
        }
        : tried;

    /// <summary>The models that it tried, as it left them, in the order of building.</summary>
    public async Task<List<PlannedModel>> TriedModelsAsync(
        NpgsqlConnection connection, RunPlan plans, CancellationToken cancellationToken) =>
        [.. (await plans.ReadAsync(connection, RunId, cancellationToken)).Where(planned => !planned.IsNotSelected)];

    /// <summary>What to say where it cannot be published.</summary>
    public string Describe(IEnumerable<string> reasons) =>
        $"Run {RunId} cannot be published as it was tried: {string.Join("; ", reasons)}. Nothing was published. Try it "
        + $"again: {Command}";

    // Readers would join rows of two versions.
    private static IEnumerable<string> UntriedReaders(
        List<PlannedModel> tried, List<PlannedModel> shown, WarehouseState state, ModelCatalogue catalogue)
    {
        var changed = tried.Where(planned => state.Live.ContainsKey(planned.Model.Name) && !IsShown(planned, state))
            .Select(planned => planned.Model.Name).ToHashSet();
        var names = tried.Select(planned => planned.Model.Name).ToHashSet(StringComparer.Ordinal);
        return shown.Where(other => !names.Contains(other.Model.Name))
            .Select(other => (other.Model, Read: other.Reads.Keys.FirstOrDefault(changed.Contains)))
            .Where(other => other.Read is not null)
            .Select(other => $"{other.Model} reads {other.Read} and was not tried with it, so that readers would see "
                + "rows of two versions "
                + (catalogue.Find(other.Model.Name) is null
                    ? "(the project has it no more: 'greenery run' takes it from readers first)"
                    : $"(--select {other.Read}+ tries all that read it)"));
    }

    private string? Refusal() => this switch
    {
        { StartedBy: not RunTrigger.Try } =>
            $"run {RunId} is no try: it was started by {EnumText.Name(StartedBy)} and ended as "
                + $"'{EnumText.Name(State)}'",
        { PublishedBy: not null } => null,
        { State: RunState.Running } => $"run {RunId} is not done yet",
        { State: not RunState.Tried } => $"run {RunId} was tried and ended as '{EnumText.Name(State)}' ('greenery logs "
            + $"{RunId}' says why)",
        { IsKept: false } => $"the tables of run {RunId} are not kept any more; '{Command}' tries it again",
        _ => null,
    };

    private static async Task<string> ExpectedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var runs = await connection.QueryAsync<string>(
            "select run_id::text from ops.run where started_by = 'try' and state = 'tried' and is_kept "
            + "order by run_id desc limit @MostNamed", new { MostNamed }, cancellationToken);
        return runs.Count == 0
            ? "a run that tried models, and none is kept: 'greenery run --select MODEL+ --no-publish' tries some"
            : $"a run that tried models and passed its checks: {string.Join(", ", runs)}";
    }
}
