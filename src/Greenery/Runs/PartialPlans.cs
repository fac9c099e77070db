using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>Plans the runs that are only part of a daily run: tries, and publications of what was tried.</summary>
internal sealed class PartialPlans(PostgresWarehouse warehouse, Project project)
{
    private readonly RunPlan _plans = new(warehouse, project.Catalogue);

    /// <summary>The plan of a run, or why it has none.</summary>
    public async Task<(IReadOnlyList<PlannedModel> Plan, string? Refusal)> MakeAsync(
        RunLease lease, RunScope scope, CancellationToken cancellationToken)
    {
        try
        {
            return (scope.IsTry
                ? await TryAsync(lease, scope, cancellationToken)
                : await PublishAsync(lease, scope.TriedRunId!.Value, cancellationToken), null);
        }
        catch (ConfigurationException exception)
        {
            return ([], exception.Message);
        }
    }

    /// <summary>Verifies before a run is started that what was tried can be published.</summary>
    /// <returns>The run that has published it already; null when none has.</returns>
    /// <exception cref="ConfigurationException">It cannot be published.</exception>
    public async Task<long?> VerifyAsync(long triedRunId, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var tried = await TriedRun.ReadAsync(connection, triedRunId, cancellationToken);
        if (tried.PublishedBy is { } publisher)
        {
            return publisher;
        }
        await VerifyAsync(
            connection, tried, await WarehouseState.ReadAsync(connection, project.Catalogue, cancellationToken),
            cancellationToken);
        return null;
    }

    private async Task<IReadOnlyList<PlannedModel>> TryAsync(
        RunLease lease, RunScope scope, CancellationToken cancellationToken)
    {
        var models = ModelSelection.Of(project.Catalogue, scope.SelectedModels ?? []);
        return await _plans.MakeAsync(lease, async (connection, state, token) =>
        {
            var selection = PlanSelection.Of(
                project.Catalogue, models.Select(model => model.Name), await _plans.ReadLiveAsync(connection, token));
            return await selection.GapsAsync(connection, project.Catalogue, token) is { Count: > 0 } gaps
                ? throw new ConfigurationException(gaps)
                : ModelPlanner.Plan(project.Catalogue, state, lease.RunId, selection);
        }, cancellationToken);
    }

    // All else stays as readers see it, also what the project has no more.
    private Task<IReadOnlyList<PlannedModel>> PublishAsync(
        RunLease lease, long triedRunId, CancellationToken cancellationToken) =>
        _plans.MakeAsync(lease, async (connection, state, token) =>
        {
            var tried = await TriedRun.ReadAsync(connection, triedRunId, token);
            if (tried.PublishedBy is { } publisher)
            {
                throw new ConfigurationException("publish", Published(triedRunId, publisher));
            }
            var (models, shown) = await VerifyAsync(connection, tried, state, token);
            var selection = PlanSelection.Only(models.Select(planned => planned.Model.Name), shown);
            return
            [
                .. selection.Others,
                .. models.Select(planned => TriedRun.Published(planned, state) with
                {
                    Action = ModelAction.Reuse, IsDelta = false, Since = 0,
                    Reason = TriedRun.IsShown(planned, state) ? ModelPlanner.Unchanged : $"tried by run {triedRunId}",
                }),
            ];
        }, cancellationToken);

    /// <summary>What a second publication of a try says.</summary>
    public static string Published(long triedRunId, long publisher) =>
        $"Run {triedRunId} is published already, by run {publisher}; there is nothing to do.";

    // What was tried, and what readers see.
    private async Task<(List<PlannedModel> Models, List<PlannedModel> Shown)> VerifyAsync(
        NpgsqlConnection connection, TriedRun tried, WarehouseState state, CancellationToken cancellationToken)
    {
        var models = await tried.TriedModelsAsync(connection, _plans, cancellationToken);
        var shown = await _plans.ReadLiveAsync(connection, cancellationToken);
        var reasons = await tried.StaleAsync(connection, models, shown, project.Catalogue, state, cancellationToken);
        var kept = (await HeldModels.ReadAsync(connection, project, tried.RunId, cancellationToken)).Reasons;
        string[] all =
        [
            .. reasons,
            .. models.Where(planned => kept.ContainsKey(planned.Model.Name))
                .Select(planned => $"{planned.Model} is not updated now, because {kept[planned.Model.Name]}"),
        ];
        if (all.Length > 0)
        {
            throw new ConfigurationException("publish", tried.Describe(all));
        }
        return (models, shown);
    }
}
