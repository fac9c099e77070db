using Greenery.Checks;
using Greenery.Drops;
using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Staging.Discovery;
using Greenery.Staging.Loading;
using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>Entry point of the library: brings the warehouse up to date, and reports its state.</summary>
public sealed class Pipeline(
    PostgresWarehouse warehouse,
    IDropStore store,
    Project project,
    TimeProvider time,
    IReadOnlyList<IPostRunAction> followUps,
    TimeZoneInfo? zone = null,
    RunLimits? limits = null)
{
    /// <summary>To write a run's end: a process that was asked to end is killed after half a minute.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>To notify people of a run that broke off: mail servers may be slow.</summary>
    private static readonly TimeSpan PatienceToTell = TimeSpan.FromMinutes(2);

    private readonly RunSteps _steps = new(warehouse, store, project, time, followUps, zone, limits);

    /// <summary>The date where the business is.</summary>
    public DateOnly Today =>
        new LocalTime(zone ?? TimeZoneInfo.Utc).DateOf(time.GetUtcNow().UtcDateTime);

    /// <summary>
    /// One run in this process, from drops to published marts. Expected ends (checks failed, a drop refused, another
    /// run active, stopped) are results; so is broken infrastructure, because the ledger has to say so too. A run whose
    /// process died is resumed first.
    /// </summary>
    /// <exception cref="ConfigurationException">The request names a model that the project has not, or an environment
    /// that cannot be made.</exception>
    public async Task<RunOutcome> RunAsync(
        RunRequest request, IProgress<RunEvent>? progress, CancellationToken cancellationToken)
    {
        ModelSelection.Of(project.Catalogue, request.Selection ?? []);
        if (request.Environment is { } environment)
        {
            await new Environments(warehouse, project.Catalogue.Marts).VerifyAsync(
                EnvironmentName.Parse(environment, "--env"), cancellationToken);
        }
        while (true)
        {
            switch (await StartAsync(request, RunLease.SessionHeldLength, cancellationToken))
            {
                case RunStart.Started started:
                    return await RunAsync(started.Lease, ShutdownBehavior.CancelRun, progress, cancellationToken);
                // By the project of who tries a change, the run of a host must not be brought to its end.
                case RunStart.Resumed resumed when request.StartedBy is RunTrigger.Try or RunTrigger.Publish:
                    return await GiveBackAsync(resumed.Lease, cancellationToken);
                case RunStart.Resumed resumed:
                    var outcome =
                        await RunAsync(resumed.Lease, ShutdownBehavior.CancelRun, progress, cancellationToken);
                    if (resumed.IsAsAsked || cancellationToken.IsCancellationRequested)
                    {
                        return outcome;
                    }
                    break;
                case RunStart.Busy busy:
                    return new RunOutcome(busy.RunId, RunState.Running, busy.Message, IsBusy: true);
                default:
                    throw new InvalidOperationException(
                        "Without a key and a scheduled run, a run starts or finds another one.");
            }
        }
    }

    /// <summary>Creates a run in <c>ops.run</c>, for a host that executes it step by step.</summary>
    /// <param name="request">What is wanted; null to resume a run whose process died, if there is one.</param>
    /// <param name="leaseLength">How long the place is kept until a user renews the lease.</param>
    /// <param name="cancellationToken">Nothing was started then.</param>
    /// <exception cref="ConfigurationException">The database is another project's; nothing was changed.</exception>
    public async Task<RunStart?> StartAsync(
        RunRequest? request, TimeSpan leaseLength, CancellationToken cancellationToken)
    {
        await ProjectIdentity.ClaimAsync(warehouse, project, cancellationToken);
        return await new RunStore(warehouse, project.Hash, leaseLength)
            .StartAsync(request, Today, cancellationToken);
    }

    /// <summary>Does a run that was started, or resumes it, all of it in this process.</summary>
    public Task<RunOutcome> RunAsync(RunLease lease, ShutdownBehavior onStop, IProgress<RunEvent>? progress,
        CancellationToken cancellationToken) =>
        KeepAsync(lease, onStop, (keeper, token) => RunStepsAsync(keeper, progress, token), cancellationToken);

    /// <summary>Does one step of a run, for a host that delivers steps one by one.</summary>
    /// <exception cref="OperationCanceledException">This process is to end; deliver the step again.</exception>
    public async Task<StepReply> StepAsync(
        RunStep step, IProgress<RunEvent>? progress, CancellationToken cancellationToken)
    {
        await using var keeper = LeaseKeeper.TimeLimited(warehouse, step.Lease, time);
        return await new StepExecutor(warehouse, _steps, keeper, time, progress).ExecuteAsync(step, cancellationToken);
    }

    /// <summary>
    /// Publishes what a try has built, as far as it would be built the same now. It is a run of its own that loads and
    /// builds nothing, checks again, and passes what any publication has to pass. Said again, it does nothing.
    /// </summary>
    /// <param name="triedRunId">The try.</param>
    /// <param name="progress">Receives what was done.</param>
    /// <param name="cancellationToken">Nothing is published then.</param>
    /// <exception cref="ConfigurationException">There is no such try, or what it read has changed since.</exception>
    public async Task<RunOutcome> PublishAsync(
        long triedRunId, IProgress<RunEvent>? progress, CancellationToken cancellationToken) =>
        await new PartialPlans(warehouse, project).VerifyAsync(triedRunId, cancellationToken) is { } publisher
            ? new RunOutcome(publisher, RunState.Unchanged, PartialPlans.Published(triedRunId, publisher))
            : await RunAsync(
                new RunRequest { StartedBy = RunTrigger.Publish, TriedRunId = triedRunId }, progress,
                cancellationToken);

    /// <summary>
    /// Shows readers an earlier run's versions again. It is a run of its own in the ledger: one at a time.
    /// </summary>
    /// <param name="runId">The run to go back to; null for the one published before the live one.</param>
    /// <param name="cancellationToken">Leaves things as they are.</param>
    public Task<RunOutcome> RollbackAsync(long? runId, CancellationToken cancellationToken) => HoldAsync(
        new RunRequest { StartedBy = RunTrigger.Rollback },
        async (lease, token) =>
        {
            var message = await new Rollback(warehouse, project.Catalogue, project.Readers, time)
                .RunAsync(runId, lease, token);
            await RunStore.EndAsync(warehouse, lease, RunState.Unchanged, message, token);
            return new RunOutcome(lease.RunId, RunState.Unchanged, message);
        },
        cancellationToken);

    /// <summary>
    /// Loads quarantined rows that pass by now, because the contract has changed. It is a run of its own in the ledger:
    /// one at a time. It publishes nothing; the next run does.
    /// </summary>
    /// <param name="path">Only the drop of this path; null for all that have quarantined rows.</param>
    /// <param name="cancellationToken">Drops that were loaded stay loaded.</param>
    /// <returns>How it ended, and what became of each drop; null when it did not get that far.</returns>
    public async Task<(RunOutcome Outcome, ReplayResult? Result)> ReplayAsync(
        string? path, CancellationToken cancellationToken)
    {
        ReplayResult? result = null;
        var outcome = await HoldAsync(
            new RunRequest { StartedBy = RunTrigger.Replay },
            async (lease, token) =>
            {
                // The contract may let a column be null by now.
                await new StagingTables(warehouse).EnsureAsync(project.Catalogue.Sources, lease, token);
                result = await new QuarantineReplay(warehouse, store, DropMeasures.Of(project.Checks), limits?.Drops)
                    .ReplayAsync(project.Catalogue.Sources, path, lease, token);
                var state = result.Refused.Count == 0 ? RunState.Unchanged : RunState.Refused;
                var message = result.ToString();
                await RunStore.EndAsync(warehouse, lease, state, message, token);
                return new RunOutcome(lease.RunId, state, message);
            },
            cancellationToken);
        return (outcome, result);
    }

    /// <summary>
    /// Moves the tables of the warehouse to where the project has them on a cluster. It is a run of its own in the
    /// ledger: one at a time. It loads, builds and publishes nothing; asked for again, it goes on where it ended.
    /// </summary>
    /// <param name="progress">Receives each table that was moved.</param>
    /// <param name="cancellationToken">Tables that were moved stay moved.</param>
    /// <returns>How it ended, and what became of the tables; null when it did not get that far.</returns>
    /// <exception cref="ConfigurationException">The database is no cluster, or the project distributes no
    /// table.</exception>
    public async Task<(RunOutcome Outcome, ClusterMoveResult? Result)> MoveAsync(
        IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var move = new ClusterMove(warehouse, project);
        await move.VerifyAsync(cancellationToken);
        ClusterMoveResult? result = null;
        var outcome = await HoldAsync(
            new RunRequest { StartedBy = RunTrigger.Move },
            async (lease, token) =>
            {
                result = new ClusterMoveResult();
                await move.RunAsync(result, lease, progress, token);
                await RunStore.EndAsync(warehouse, lease, RunState.Unchanged, $"{result}", token);
                return new RunOutcome(lease.RunId, RunState.Unchanged, $"{result}");
            },
            cancellationToken);
        return (outcome, result);
    }

    private async Task<RunOutcome> HoldAsync(
        RunRequest request, Func<RunLease, CancellationToken, Task<RunOutcome>> workAsync,
        CancellationToken cancellationToken)
    {
        switch (await StartAsync(request, RunLease.SessionHeldLength, cancellationToken))
        {
            case RunStart.Started started:
                return await KeepAsync(
                    started.Lease, ShutdownBehavior.CancelRun,
                    (keeper, token) => WhileHeldAsync(keeper, workAsync, token), cancellationToken);
            case RunStart.Resumed resumed:
                return await GiveBackAsync(resumed.Lease, cancellationToken);
            case RunStart.Busy busy:
                return new RunOutcome(busy.RunId, RunState.Running, busy.Message, IsBusy: true);
            default:
                throw new InvalidOperationException(
                    "Without a key and a scheduled run, a run starts or finds another one.");
        }
    }

    private async Task<RunOutcome> GiveBackAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await RunStore.ReleaseAsync(warehouse, lease, cancellationToken);
        return new RunOutcome(
            lease.RunId, RunState.Running, $"Run {lease.RunId} is not done: its process ended before it did. 'greenery "
            + "run' resumes it; 'greenery cancel' ends it.", IsBusy: true);
    }

    // Work that has no steps: it ends when the run is another process's.
    private static async Task<RunOutcome> WhileHeldAsync(
        LeaseKeeper keeper, Func<RunLease, CancellationToken, Task<RunOutcome>> workAsync,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, keeper.Lost, keeper.Stopped);
        try
        {
            return await TimeLimit.RunAsync(token => workAsync(keeper.Lease, token), stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested
            && stop.IsCancellationRequested)
        {
            throw keeper.IsUnreachable ? keeper.Unreachable
                : keeper.Lost.IsCancellationRequested ? new LeaseLostException(keeper.Lease.RunId)
                : new StepFailedException(StepFailure.Stopped);
        }
    }

    /// <summary>
    /// What a run would load and build now, and why. Writes nothing, and needs no ops tables. A table that has drops to
    /// load counts as changed, although its rows may turn out to be the same.
    /// </summary>
    public async Task<RunPreview> PreviewAsync(
        DateOnly? date, bool isFullRefresh, CancellationToken cancellationToken)
    {
        var through = date ?? Today;
        var hasLedgers = await warehouse.HasLedgersAsync(cancellationToken);
        var drops = await new DropDiscovery(warehouse, store) { HasLedgers = hasLedgers }
            .PreviewAsync(project.Catalogue.Sources, through, cancellationToken);
        drops = date is null ? drops with { Notes = [.. drops.NotesFor(through)] } : drops;
        var changed = drops.Pending.Select(drop => drop.Table).ToHashSet(StringComparer.Ordinal);
        var newest = drops.Pending.GroupBy(drop => drop.Table)
            .ToDictionary(table => table.Key, table => table.Max(drop => drop.Date), StringComparer.Ordinal);
        IReadOnlyList<string> tables = hasLedgers
            ?
            [
                .. await new StagingTables(warehouse).PreviewAsync(project.Catalogue.Sources, cancellationToken),
                .. await new SourceRetention(warehouse, project.Catalogue).PreviewAsync(newest, cancellationToken),
            ]
            : [];
        var models = await new RunPlan(warehouse, project.Catalogue) { HasLedgers = hasLedgers }
            .PreviewAsync(changed, isFullRefresh, cancellationToken);
        return new RunPreview(drops, tables, models)
        {
            Withdrawal = hasLedgers
                ? await Withdrawal.ReadAsync(warehouse, project.Catalogue, cancellationToken) : Withdrawal.None,
        };
    }

    private async Task<RunOutcome> RunStepsAsync(
        LeaseKeeper keeper, IProgress<RunEvent>? progress, CancellationToken cancellationToken)
    {
        using var span = RunTelemetry.StartRun(keeper.Lease.RunId);
        var executor = new StepExecutor(warehouse, _steps, keeper, time, progress);
        using var orchestration = new LocalOrchestration(executor, cancellationToken);
        var end = await new DailyRun(orchestration, keeper.Lease).RunAsync();
        return new RunOutcome(keeper.Lease.RunId, end.State, null) { IsPartial = end.IsPartial };
    }

    private async Task<RunOutcome> KeepAsync(
        RunLease lease, ShutdownBehavior onStop, Func<LeaseKeeper, CancellationToken, Task<RunOutcome>> workAsync,
        CancellationToken cancellationToken)
    {
        await using var keeper = LeaseKeeper.SessionHeld(warehouse, lease, time);
        try
        {
            return await workAsync(keeper, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested
            && onStop == ShutdownBehavior.ReleaseRun)
        {
            return await ReleaseAsync(lease);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await EndAsync(lease, StepFailure.Stopped);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return await EndAsync(lease, FailureText.From(exception));
        }
    }

    private async Task<RunOutcome> ReleaseAsync(RunLease lease)
    {
        try
        {
            await TimeLimit.RunAsync(
                Patience, token => RunStore.ReleaseAsync(warehouse, lease, token), CancellationToken.None);
        }
        catch (Exception exception) when (exception is InfrastructureException or Npgsql.NpgsqlException)
        {
            // Then the lease runs out by itself.
        }
        return new RunOutcome(lease.RunId, RunState.Running, "The run is interrupted; the next process resumes it.");
    }

    // The run's token is cancelled or the database is unavailable: saves what can be saved, and reports the rest.
    internal async Task<RunOutcome> EndAsync(RunLease lease, StepFailure failure)
    {
        var (state, message) = failure;
        try
        {
            state = (await TimeLimit.RunAsync(
                Patience, token => RunStore.EndAsync(warehouse, lease, failure.EndsAs, message, token),
                CancellationToken.None)).State;
        }
        catch (Exception exception) when (exception is InfrastructureException or LeaseLostException
            or Npgsql.NpgsqlException)
        {
            message += $" (The run's end could not be saved: {PostgresMessage.Describe(exception)})";
            return new RunOutcome(lease.RunId, state, message);
        }
        if (state is RunState.Failed or RunState.Refused)
        {
            message += await TellAsync(lease.RunId);
        }
        return new RunOutcome(lease.RunId, state, message);
    }

    // A run that aborts has no notification step. What cannot be notified now, the next poll or run catches up with.
    // The run's own verdict matters more than any error of it.
    private async Task<string> TellAsync(long runId)
    {
        try
        {
            foreach (var followUp in followUps.Where(followUp => followUp.Kind == StepKind.Tell))
            {
                await TimeLimit.RunAsync(
                    PatienceToTell, token => followUp.ExecuteAsync(runId, token), CancellationToken.None);
            }
            return "";
        }
        catch (Exception exception) when (exception is InfrastructureException or Npgsql.NpgsqlException or IOException)
        {
            // Infrastructure is in trouble already, and the message says so.
            return "";
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return $" (Not all notifications were sent: {ExceptionText.MessageOf(exception)})";
        }
    }
}
