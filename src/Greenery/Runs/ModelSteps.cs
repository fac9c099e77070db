using Greenery.Checks;
using Greenery.Models;
using Greenery.Models.Building;
using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Staging.Loading;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>The steps from staging to marts that were built and checked.</summary>
internal sealed class ModelSteps(
    PostgresWarehouse warehouse, Project project, Func<DateOnly> today, VerifySchedule verify)
{
    private readonly HeldModelsReader _held = new(project);
    private readonly RunPlan _plans = new(warehouse, project.Catalogue);
    private readonly PartialPlans _parts = new(warehouse, project);
    private readonly ILookup<string, Check> _checks =
        project.Checks.ToLookup(check => check.Model.Name, StringComparer.Ordinal);

    /// <summary>
    /// Makes the staging tables, and has PostgreSQL look at models and checks unless it has seen these before. Refuses
    /// a project that lacks much of what readers see. A run that loads nothing takes staging as it is, and takes
    /// nothing from readers.
    /// </summary>
    public async Task<VerifyResult> VerifyAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var scope = await RunScope.ReadAsync(warehouse, lease.RunId, cancellationToken);
        if (scope.IsWhole && await RefuseWithdrawalAsync(lease, cancellationToken) is { } refusal)
        {
            return new VerifyResult(refusal);
        }
        try
        {
            if (!await AreRulesTheSameAsync(HeldModels.None, cancellationToken))
            {
                await project.ValidateAsync(warehouse, cancellationToken);
            }
            if (scope.IsWhole)
            {
                await new StagingTables(warehouse).EnsureAsync(project.Catalogue.Sources, lease, cancellationToken);
            }
        }
        catch (ConfigurationException exception)
        {
            return new VerifyResult(exception.Message);
        }
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            update ops.run set catalogue = @Hash, program_version = @Current
            where run_id = @RunId and exists (select from ops.lease where run_id = @RunId and token = @Token)
            """, new { project.Hash, ProgramVersion.Current, lease.RunId, lease.Token }, cancellationToken);
        if (scope.IsWhole)
        {
            await new FullBuildChecks(warehouse, project.Catalogue, verify).RunAsync(lease, cancellationToken);
        }
        return new VerifyResult(
            null, LoadsNothing: !scope.IsWhole, PublishesNothing: scope.IsTry,
            HasEnvironment: scope.Environment is not null);
    }

    private async Task<string?> RefuseWithdrawalAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var withdrawal = await Withdrawal.ReadAsync(warehouse, project.Catalogue, cancellationToken);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return withdrawal.NeedsConsent && !await connection.ExecuteScalarAsync<bool>(
            "select may_withdraw from ops.run where run_id = @RunId", lease, cancellationToken)
            ? withdrawal.Refusal(project.SqlFolder) : null;
    }

    public async Task<PlanResult> PlanAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var scope = await RunScope.ReadAsync(connection, lease.RunId, cancellationToken);
        if (!scope.IsWhole)
        {
            return await PlanPartAsync(lease, scope, cancellationToken);
        }
        var isFullRefresh = await connection.ExecuteScalarAsync<bool>(
            "select is_full_refresh from ops.run where run_id = @RunId", lease, cancellationToken);
        var held = await _held.ReadAsync(connection, lease.RunId, cancellationToken);
        var areRulesTheSame = await AreRulesTheSameAsync(held, cancellationToken);
        var eachRun = await EachRunSql.ReadAsync(connection, project, cancellationToken);
        var plans = new RunPlan(warehouse, project.Catalogue) { Held = held.Reasons };
        if (!isFullRefresh && areRulesTheSame
            && (await plans.PreviewAsync(new HashSet<string>(), isFullRefresh, cancellationToken))
            .All(planned => planned.IsUnchanged || planned.IsHeld))
        {
            return new PlanResult(
                [.. eachRun.Checks.Keys.Where(check => check.Source is null && !held.IsReadBy(check))
                    .Select(check => check.Model).Distinct()
                    .Where(model => !held.Reasons.ContainsKey(model.Name)).Select(model =>
                        new PlanNode(model.Name, model.Mart, model.Models, IsBuilt: false, HasChecks: true))],
                IsNothingNew: true, IsMeasured: eachRun.Metrics.Count > 0);
        }
        var plan = await plans.MakeAsync(lease, isFullRefresh, cancellationToken);
        if (plan.All(planned => planned.IsHeld))
        {
            // The first drops of a table that all models read, say: there is nothing to show.
            return new PlanResult([], IsNothingNew: true);
        }
        var changed = ChangedIn(plan);
        return new PlanResult(
            [.. plan.Where(planned => !planned.IsHeld).Select(planned => new PlanNode(
                planned.Model.Name,
                planned.Model.Mart,
                planned.Model.Models,
                planned.Action == ModelAction.Build,
                HasChecks: _checks[planned.Model.Name]
                    .Any(check => !held.IsReadBy(check) && (!areRulesTheSame || eachRun.Checks.ContainsKey(check)
                        || MayHaveChanged(check, changed)))))],
            IsNothingNew: false,
            Held: held.Describe());
    }

    // Of a model that is not tried, the checks that compare it with what is.
    private async Task<PlanResult> PlanPartAsync(RunLease lease, RunScope scope, CancellationToken cancellationToken)
    {
        var (plan, refusal) = await _parts.MakeAsync(lease, scope, cancellationToken);
        var changed = ChangedIn(plan);
        var places = project.Catalogue.Models.Index().ToDictionary(x => x.Item.Name, x => x.Index);
        return new PlanResult(
            [.. plan.Where(planned => places.ContainsKey(planned.Model.Name))
                .OrderBy(planned => places[planned.Model.Name]).Select(planned => new PlanNode(
                    planned.Model.Name, planned.Model.Mart, planned.Model.Models,
                    planned.Action == ModelAction.Build,
                    HasChecks: _checks[planned.Model.Name].Any(check => IsOfPart(check, planned, changed))))],
            IsNothingNew: false,
            Refusal: refusal);
    }

    private static bool IsOfPart(Check check, PlannedModel planned, HashSet<string> changed) =>
        !planned.IsNotSelected || check.Reads.Any(changed.Contains);

    public async Task<BuildResult> BuildAsync(RunLease lease, string model, CancellationToken cancellationToken)
    {
        var planned = (await _plans.ReadAsync(lease.RunId, cancellationToken))
            .First(planned => planned.Model.Name == model);
        try
        {
            return new BuildResult(await new ModelBuilder(warehouse).BuildAsync(planned, lease, cancellationToken),
                null);
        }
        catch (PostgresException exception) when (exception.SqlState[..2] is "22" or "23" or "42" or "0A" or "21")
        {
            // A try does not bring staging up to date.
            var hint = exception.SqlState is PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable
                && (await RunScope.ReadAsync(warehouse, lease.RunId, cancellationToken)).IsTry
                ? " Staging is as the last run left it: what came into the contract since is there after the next run."
                : "";
            return new BuildResult(
                0, $"{planned.Model.File}: PostgreSQL refuses it: {PostgresMessage.Of(exception)}.{hint}");
        }
    }

    public async Task<CheckStepResult> CheckAsync(RunLease lease, string name, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var held = await _held.ReadAsync(connection, lease.RunId, cancellationToken);
        if (name == RunStep.Staging)
        {
            var results = await new SourceChecks(warehouse, project.Checks).RunAsync(lease, cancellationToken);
            var (checks, failures, warnings) = await new SourceFreshness(warehouse, project.Catalogue.Sources)
                .CheckAsync(lease, today(), results, held.IsRefused, cancellationToken);
            return new CheckStepResult(checks, failures, warnings);
        }
        var eachRun = await EachRunSql.ReadAsync(connection, project, cancellationToken);
        var day = await connection.ExecuteScalarAsync<DateOnly>(
            "select business_date from ops.run where run_id = @RunId", lease, cancellationToken);
        var plan = await _plans.ReadAsync(lease.RunId, cancellationToken);
        if (plan.Count == 0)
        {
            var model = project.Catalogue[name];
            return await CheckAsync(lease, model, CheckTarget.OfReaders(model) with { Day = day },
                _checks[name].Where(check => eachRun.Checks.ContainsKey(check) && !held.IsReadBy(check)),
                cancellationToken);
        }
        var planned = plan.First(planned => planned.Model.Name == name);
        var changed = ChangedIn(plan);
        var asked = _checks[name].Where(check => !held.IsReadBy(check) && IsOfPart(check, planned, changed))
            .Select(check => Widened(check, eachRun)).ToList();
        var target = await new CheckCounts(connection, plan).FollowAsync(
            CheckTarget.OfRun(
                lease.RunId, planned, await ModelSql.IsKeyUniqueAsync(connection, planned, cancellationToken)),
            asked, planned, cancellationToken);
        return await CheckAsync(lease, planned.Model, target with { Day = day }, asked, cancellationToken);
    }

    private async Task<CheckStepResult> CheckAsync(
        RunLease lease, Model model, CheckTarget target, IEnumerable<Check> checks, CancellationToken cancellationToken)
    {
        var results = await new CheckRunner(warehouse).RunAsync(target, [.. checks], cancellationToken);
        var scope = await RunScope.ReadAsync(warehouse, lease.RunId, cancellationToken);
        if (!scope.IsWhole)
        {
            // Later runs compare with what daily runs published.
            results = [.. results.Select(result => result with { Taken = [] })];
        }
        if (scope.IsTry)
        {
            // They count on from what was published.
            target = target with { Counted = null };
        }
        await new CheckResultStore(warehouse).WriteAsync(lease, model, results, target.Counted, cancellationToken);
        return new CheckStepResult(
            results.Count,
            [.. results.Where(result => result.StopsRun).Select(result => result.Message)],
            results.Count(result => result.Status == CheckStatus.Warn));
    }

    private static HashSet<string> ChangedIn(IReadOnlyList<PlannedModel> plan) =>
        plan.Where(planned => !planned.IsUnchanged && !planned.IsHeld).Select(planned => planned.Model.Name)
            .ToHashSet(StringComparer.Ordinal);

    private bool MayHaveChanged(Check check, HashSet<string> changed) =>
        changed.Contains(check.Model.Name) || ReadsChanged(check, changed);

    // Source tables always count as changed: without a change there would be no run.
    private bool ReadsChanged(Check check, HashSet<string> changed) =>
        check.Reads.Where(name => name != check.Model.Name)
            .Any(name => changed.Contains(name) || project.Catalogue.Find(name) is null);

    // Time passes for old rows too.
    private static Check Widened(Check check, EachRunSql eachRun) =>
        check with { NeedsAllRows = eachRun.Checks.ContainsKey(check) };

    /// <summary>
    /// Whether what readers see was built and judged by today's models and checks, as far as it is not held now too.
    /// </summary>
    private async Task<bool> AreRulesTheSameAsync(HeldModels held, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(
            """
            select coalesce(catalogue = @Hash and held_models <@ @Names, false)
            from ops.run
            where state = 'published'
            order by run_id desc
            limit 1
            """, new { project.Hash, Names = held.Names.ToArray() }, cancellationToken);
    }
}
