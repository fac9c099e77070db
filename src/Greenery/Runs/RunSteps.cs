using Greenery.Checks;
using Greenery.Drops;
using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>Does steps. All state is in the database; a step may be done again by any process at any time.</summary>
public sealed class RunSteps(
    PostgresWarehouse warehouse, IDropStore store, Project project, TimeProvider time,
    IReadOnlyList<IPostRunAction> followUps, TimeZoneInfo? zone = null, RunLimits? limits = null)
{
    private readonly HeldModelsReader _held = new(project);
    private readonly RunLimits _limits = limits ?? RunLimits.Usual;
    private readonly LoadSteps _loads = new(warehouse, store, project, limits ?? RunLimits.Usual);
    private readonly ModelSteps _models = new(warehouse, project, () =>
        new LocalTime(zone ?? TimeZoneInfo.Utc).DateOf(time.GetUtcNow().UtcDateTime),
        (limits ?? RunLimits.Usual).Verify);

    /// <summary>The rules that steps go by here (<see cref="Project.Hash"/>).</summary>
    public string Catalogue => project.Hash;

    /// <summary>Does a step and gives its result, a record of <c>StepResults.cs</c>.</summary>
    public Task<object> ExecuteAsync(RunStep step, CancellationToken cancellationToken) =>
        ExecuteAsync(step, rows: null, cancellationToken);

    /// <summary>As <see cref="ExecuteAsync(RunStep, CancellationToken)"/>, with what takes the rows that it reads.
    /// </summary>
    public async Task<object> ExecuteAsync(
        RunStep step, IProgress<long>? rows, CancellationToken cancellationToken) => step switch
    {
        { Kind: StepKind.Verify } => await VerifyAsync(step.Lease, cancellationToken),
        { Kind: StepKind.Discover } => await _loads.DiscoverAsync(step.Lease, cancellationToken),
        { Kind: StepKind.Load, Subject: { } table } =>
            await _loads.LoadAsync(step.Lease, table, rows, cancellationToken),
        { Kind: StepKind.Plan } => await _models.PlanAsync(step.Lease, cancellationToken),
        { Kind: StepKind.Build, Subject: { } model } => await _models.BuildAsync(step.Lease, model, cancellationToken),
        { Kind: StepKind.Check, Subject: { } model } => await _models.CheckAsync(step.Lease, model, cancellationToken),
        { Kind: StepKind.Publish } => await PublishAsync(step.Lease, cancellationToken),
        { Kind: StepKind.Measure } => new DoneResult(
            await MeasureAsync(step.Lease, cancellationToken)),
        { Kind: StepKind.CleanUp } => await CleanUpAsync(step.Lease, cancellationToken),
        { Kind: StepKind.End, Subject: { } state } =>
            await RunStore.EndAsync(
                warehouse, step.Lease, EnumText.Parse<RunState>(state), step.Message, cancellationToken),
        { Kind: StepKind.Report or StepKind.Tell } => await RunPostRunActionAsync(step, cancellationToken),
        _ => throw new InvalidOperationException($"Step {step.Name} has no subject."),
    };

    private async Task<VerifyResult> VerifyAsync(RunLease lease, CancellationToken cancellationToken)
    {
        try
        {
            return await _models.VerifyAsync(lease, cancellationToken);
        }
        catch (BlockedException exception)
        {
            await MarkBlockedAsync(lease, cancellationToken);
            return new VerifyResult(exception.Message);
        }
    }

    private async Task<PublishResult> PublishAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var plan = await new RunPlan(warehouse, project.Catalogue).ReadAsync(lease.RunId, cancellationToken);
        var scope = await RunScope.ReadAsync(warehouse, lease.RunId, cancellationToken);
        if (scope.Environment is { } environment)
        {
            // Without a selection all models of the project are tried, and others are no more.
            return await ShowAsync(
                environment, scope.SelectedModels is [] ? [.. plan.Where(planned => !planned.IsNotSelected)] : plan,
                lease, cancellationToken);
        }
        var held = await HeldAsync(lease, cancellationToken);
        // What was tried takes nothing from readers, whatever the project has no more.
        var withdrawal = scope.IsPublication ? Withdrawal.None
            : await Withdrawal.ReadAsync(warehouse, project.Catalogue, cancellationToken);
        var isPartial = held.IsAny && !scope.IsPublication;
        string[] kept = scope.IsPublication
            ? [.. plan.Where(planned => planned.IsNotSelected).Select(planned => $"{planned.Model}")]
            : [.. held.Names];
        try
        {
            if (!await IsPublishedAsync(lease, cancellationToken))
            {
                await new Publisher(warehouse, time, role: project.Readers).PublishAsync(
                    plan, lease.RunId, lease, (connection, token) =>
                        MarkAsync(connection, lease, isPartial, kept, withdrawal, token), cancellationToken);
            }
            return new PublishResult(null, await WithdrawnAsync(lease, cancellationToken));
        }
        catch (PublishConflictException exception)
        {
            if (exception.IsBlocked)
            {
                await MarkBlockedAsync(lease, cancellationToken);
            }
            return new PublishResult(exception.Message);
        }
    }

    private async Task<PublishResult> ShowAsync(
        string environment, IReadOnlyList<PlannedModel> plan, RunLease lease, CancellationToken cancellationToken)
    {
        try
        {
            if (!await IsPublishedAsync(lease, cancellationToken))
            {
                await new Environments(warehouse, project.Catalogue.Marts).ShowAsync(
                    EnvironmentName.Parse(environment, "--env"), plan, lease, cancellationToken);
            }
            return new PublishResult(null, Environment: environment);
        }
        catch (PublishConflictException exception)
        {
            return new PublishResult(exception.Message);
        }
    }

    private async Task<HeldModels> HeldAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await _held.ReadAsync(connection, lease.RunId, cancellationToken);
    }

    // The run ends as refused; its business date stays due, since nothing was said of the data.
    private async Task MarkBlockedAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            "update ops.run set is_blocked = true where run_id = @RunId and state = 'running'", lease,
            cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<bool> IsPublishedAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(
            "select state <> 'running' from ops.run where run_id = @RunId", lease, cancellationToken);
    }

    // By the ledger: a second delivery finds nothing to withdraw any more.
    private async Task<string?> WithdrawnAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return Withdrawal.Describe(await connection.QueryAsync<string>(
            "select unnest(withdrawn_models) from ops.run where run_id = @RunId", lease, cancellationToken));
    }

    // A second delivery that comes late must not show its plan over what was published since.
    private async Task MarkAsync(
        NpgsqlConnection connection, RunLease lease, bool isPartial, string[] kept, Withdrawal withdrawal,
        CancellationToken cancellationToken)
    {
        var marked = await connection.ExecuteAsync(
            """
            update ops.run set state = 'published', finished_at = clock_timestamp(), is_partial = @isPartial,
                held_models = @kept, withdrawn_models = @Withdrawn
            where run_id = @RunId and state = 'running'
            """, new { lease.RunId, isPartial, kept, Withdrawn = withdrawal.Models.ToArray() }, cancellationToken);
        if (marked == 0)
        {
            throw new LeaseLostException(lease.RunId);
        }
        await EmptiedModels.NoteAsync(connection, lease.RunId, project.Catalogue.Models, cancellationToken);
    }

    // A key figure of a model with earlier rows is none of this date.
    private async Task<int> MeasureAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var held = await HeldAsync(lease, cancellationToken);
        var metrics = project.Metrics.Where(metric => !metric.Models.Any(held.Reasons.ContainsKey)).ToList();
        var isHistoryModel = project.Catalogue.Find(Measurements.HistoryView) is not null;
        return await new Measurements(warehouse, metrics, isHistoryModel, project.Readers)
            .TakeAsync(lease, cancellationToken);
    }

    // The verdict of a run does not hang on its tidying up.
    private async Task<DoneResult> CleanUpAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var scope = await RunScope.ReadAsync(warehouse, lease.RunId, cancellationToken);
        if (!scope.IsTry)
        {
            await LetReadAsync(lease, cancellationToken);
        }
        if (scope.IsWhole)
        {
            await DescribeAsync(lease, cancellationToken);
        }
        try
        {
            if (scope.IsTry)
            {
                return new DoneResult(await new CleanUp(warehouse, time).ForgetTriesAsync(lease, cancellationToken));
            }
            await KeepReportsAsync(lease, scope, cancellationToken);
            if (scope.IsWhole)
            {
                await new SourceRetention(warehouse, project.Catalogue).RunAsync(lease, cancellationToken);
            }
            return new DoneResult(await new CleanUp(warehouse, time, _limits.KeepLedgers)
                .RunAsync(lease, cancellationToken));
        }
        catch (PostgresException exception) when (!Transient.Is(exception))
        {
            return await NoteAsync(
                lease, $"Old versions were not cleaned up: {PostgresMessage.Of(exception)}",
                cancellationToken);
        }
    }

    // What the page and messages show of what was published, and no days of metrics that are no more.
    private async Task KeepReportsAsync(RunLease lease, RunScope scope, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await ReportRows.SaveAsync(connection, project.Catalogue, lease, cancellationToken);
        if (scope.IsWhole)
        {
            await MetricDayStore.ForgetRemovedAsync(connection, project.Metrics, lease, cancellationToken);
        }
    }

    // Also when nothing was published: the readers' role may be newer than the marts.
    private async Task LetReadAsync(RunLease lease, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var missing in await new ReaderGrants(warehouse, project.Readers).GiveAsync(cancellationToken))
            {
                await NoteAsync(lease, missing, cancellationToken);
            }
        }
        catch (PostgresException exception) when (!Transient.Is(exception))
        {
            await NoteAsync(
                lease, $"Readers were not granted what they may read: {PostgresMessage.Of(exception)}",
                cancellationToken);
        }
    }

    // Also when nothing was published: a description is no reason to build a model.
    private async Task DescribeAsync(RunLease lease, CancellationToken cancellationToken)
    {
        try
        {
            if (!await ViewComments.RefreshAsync(warehouse, project.Catalogue.Models, lease, cancellationToken))
            {
                await NoteAsync(
                    lease, "Changed descriptions were not written to the views of the marts: others hold locks on "
                    + "them. The next run writes them.", cancellationToken);
            }
        }
        catch (PostgresException exception) when (!Transient.Is(exception))
        {
            await NoteAsync(
                lease, "Changed descriptions were not written to the views of the marts: "
                + PostgresMessage.Of(exception), cancellationToken);
        }
    }

    private async Task<DoneResult> RunPostRunActionAsync(RunStep step, CancellationToken cancellationToken)
    {
        if (followUps.FirstOrDefault(followUp => followUp.Kind == step.Kind) is not { } followUp)
        {
            return new DoneResult(0);
        }
        try
        {
            return await followUp.ExecuteAsync(step.Lease.RunId, cancellationToken);
        }
        catch (Exception exception) when (!Transient.Is(exception) && exception
            is not (OperationCanceledException or OutOfMemoryException))
        {
            return await NoteAsync(step.Lease, $"Step {step.Name} was not done: {ExceptionText.MessageOf(exception)}",
                cancellationToken);
        }
    }

    private async Task<DoneResult> NoteAsync(RunLease lease, string note, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await RunNotes.AddAsync(connection, lease.RunId, note, cancellationToken);
        return new DoneResult(0);
    }
}
