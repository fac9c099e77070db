using Greenery.Checks;
using Greenery.Models;
using Greenery.Staging;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>The steps from staging to marts that were built and checked.</summary>
internal sealed class ModelSteps(PostgresWarehouse warehouse, Project project)
{
    private readonly RunPlan _plans = new(warehouse, project.Catalogue);
    private readonly ILookup<string, Check> _checks = project.Checks.ToLookup(check => check.Model.Name, StringComparer.Ordinal);

    /// <summary>Makes the staging tables, and has PostgreSQL look at models and checks unless it has seen these before.</summary>
    public async Task<VerifyResult> VerifyAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        try
        {
            if (await LastHashAsync(connection, cancellationToken) != project.Hash)
            {
                await project.ValidateAsync(warehouse, cancellationToken);
            }
            await new StagingTables(warehouse).EnsureAsync(project.Catalogue.Sources, cancellationToken);
        }
        catch (FaultException exception)
        {
            return new VerifyResult(exception.Message);
        }
        await connection.RunAsync(
            "update ops.run set catalogue = @Hash where run_id = @RunId", new { project.Hash, lease.RunId }, cancellationToken);
        return new VerifyResult(null);
    }

    public async Task<PlanResult> PlanAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var isFullRefresh = await connection.ValueAsync<bool>(
            "select is_full_refresh from ops.run where run_id = @RunId", lease, cancellationToken);
        if (!isFullRefresh && await LastHashAsync(connection, cancellationToken) == project.Hash
            && (await _plans.PreviewAsync(new HashSet<string>(), isFullRefresh, cancellationToken)).All(planned => planned.Reason == ModelPlanner.Unchanged))
        {
            return new PlanResult([], IsNothingNew: true);
        }
        var plan = await _plans.MakeAsync(lease, isFullRefresh, cancellationToken);
        return new PlanResult([.. plan.Select(Node)], IsNothingNew: false);
    }

    public async Task<BuildResult> BuildAsync(RunLease lease, string model, CancellationToken cancellationToken)
    {
        var planned = (await _plans.ReadAsync(lease.RunId, cancellationToken)).First(planned => planned.Model.Name == model);
        try
        {
            return new BuildResult(await new ModelBuilder(warehouse).BuildAsync(planned, lease, cancellationToken), null);
        }
        catch (PostgresException exception) when (exception.SqlState[..2] is "22" or "23" or "42" or "0A" or "21")
        {
            return new BuildResult(0, $"{planned.Model.File}: PostgreSQL refuses it: {exception.MessageText} ({exception.SqlState}).");
        }
    }

    public async Task<CheckStepResult> CheckAsync(RunLease lease, string name, CancellationToken cancellationToken)
    {
        var model = project.Catalogue[name];
        var results = await new CheckRunner(warehouse).RunAsync(
            new RunSchema(lease.RunId), model, [.. _checks[name]], cancellationToken);
        await new CheckLedger(warehouse).WriteAsync(lease, model, results, cancellationToken);
        return new CheckStepResult(
            results.Count,
            [.. results.Where(result => result.StopsRun).Select(result => result.Message)],
            results.Count(result => result.Status == CheckStatus.Warn));
    }

    private PlanNode Node(PlannedModel planned) => new(
        planned.Model.Name, planned.Model.Mart, planned.Model.Models, planned.Action == ModelAction.Build, _checks.Contains(planned.Model.Name));

    private static Task<string?> LastHashAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.FirstAsync<string>(
            "select catalogue from ops.run where state = 'published' order by run_id desc limit 1", null, cancellationToken);
}
