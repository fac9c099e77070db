using Greenery.Drops;
using Greenery.Models;
using Greenery.Publishing;
using Greenery.Staging;
using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>The one door: brings the warehouse up to date, and tells how it stands.</summary>
public sealed class Pipeline(
    PostgresWarehouse warehouse, IDropStore store, Project project, TimeProvider time, IReadOnlyList<IFollowUp> followUps)
{
    private readonly RunLedger _ledger = new(warehouse, time);

    /// <summary>
    /// One run in this process, from drops to published marts. Expected ends (checks failed, a drop refused, another run
    /// active, stopped) are results; so is broken machinery, because the ledger has to say so too.
    /// </summary>
    public Task<RunOutcome> RunAsync(RunRequest request, IProgress<RunEvent>? progress, CancellationToken cancellationToken) =>
        HoldAsync(request, (lease, token) => RunStepsAsync(lease, progress, token), cancellationToken);

    /// <summary>Shows readers an earlier run's versions again. It is a run of its own in the ledger: one at a time.</summary>
    /// <param name="runId">The run to go back to; null for the one published before the live one.</param>
    /// <param name="cancellationToken">Leaves things as they are.</param>
    public Task<RunOutcome> RollbackAsync(long? runId, CancellationToken cancellationToken) => HoldAsync(
        new RunRequest { StartedBy = "rollback" },
        async (lease, token) =>
        {
            var message = await new Rollback(warehouse, project.Catalogue, time).RunAsync(runId, lease, token);
            await _ledger.EndAsync(lease, RunState.Unchanged, message, token);
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
    public async Task<(RunOutcome Outcome, ReplayResult? Result)> ReplayAsync(string? path, CancellationToken cancellationToken)
    {
        ReplayResult? result = null;
        var outcome = await HoldAsync(
            new RunRequest { StartedBy = "replay" },
            async (lease, token) =>
            {
                // The contract may let a column be null by now.
                await new StagingTables(warehouse).EnsureAsync(project.Catalogue.Sources, token);
                result = await new QuarantineReplay(warehouse, store).ReplayAsync(project.Catalogue.Sources, path, lease, token);
                var state = result.Refused.Count == 0 ? RunState.Unchanged : RunState.Refused;
                var message = result.ToString();
                await _ledger.EndAsync(lease, state, message, token);
                return new RunOutcome(lease.RunId, state, message);
            },
            cancellationToken);
        return (outcome, result);
    }

    private async Task<RunOutcome> HoldAsync(
        RunRequest request, Func<RunLease, CancellationToken, Task<RunOutcome>> workAsync, CancellationToken cancellationToken)
    {
        switch (await _ledger.StartAsync(request, cancellationToken))
        {
            case RunStart.Started started:
                await using (started.Hold)
                {
                    return await GuardAsync(started.Hold, workAsync, cancellationToken);
                }
            case RunStart.Busy busy:
                return new RunOutcome(busy.RunId, RunState.Running, $"Run {busy.RunId} is active on {busy.Host} since "
                    + $"{busy.Since:u}. One run at a time: wait for it, or stop it.", IsBusy: true);
            default:
                throw new InvalidOperationException("A run either starts or finds another one.");
        }
    }

    /// <summary>
    /// What a run would load and build now, and why. Writes nothing. A table that has drops to load counts as changed,
    /// although its rows may turn out to be the same.
    /// </summary>
    public async Task<(DiscoveredDrops Drops, IReadOnlyList<PlannedModel> Models)> PreviewAsync(
        DateOnly? date, bool isFullRefresh, CancellationToken cancellationToken)
    {
        var through = date ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var drops = await new DropDiscovery(warehouse, store).PreviewAsync(project.Catalogue.Sources, through, cancellationToken);
        drops = date is null ? drops with { Notes = [.. drops.NotesFor(through)] } : drops;
        var changed = drops.Pending.Select(drop => drop.Table).ToHashSet(StringComparer.Ordinal);
        return (drops, await new RunPlan(warehouse, project.Catalogue).PreviewAsync(changed, isFullRefresh, cancellationToken));
    }

    private async Task<RunOutcome> RunStepsAsync(RunLease lease, IProgress<RunEvent>? progress, CancellationToken cancellationToken)
    {
        var steps = new RunSteps(warehouse, store, project, time, followUps);
        using var orchestration = new LocalOrchestration(warehouse, steps, time, progress, cancellationToken);
        return new RunOutcome(lease.RunId, await new DailyRun(orchestration, lease).RunAsync(), null);
    }

    private async Task<RunOutcome> GuardAsync(
        RunHold hold, Func<RunLease, CancellationToken, Task<RunOutcome>> workAsync, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, hold.Lost);
        try
        {
            return await workAsync(hold.Lease, either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await EndAsync(hold.Lease, RunState.Cancelled, "It was stopped before it was done.");
        }
        catch (OperationCanceledException) when (hold.Lost.IsCancellationRequested)
        {
            return await EndAsync(hold.Lease, RunState.Failed, "Its lease could not be renewed, so it was given up.");
        }
        catch (Exception exception) when (exception is FaultException or PublishConflictException)
        {
            return await EndAsync(hold.Lease, RunState.Refused, exception.Message);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return await EndAsync(hold.Lease, RunState.Failed, Words(exception));
        }
    }

    private static string Words(Exception exception) => exception switch
    {
        Npgsql.PostgresException refused => $"PostgreSQL: {refused.MessageText} ({refused.SqlState}). ops.step says in which step.",
        MachineryException or Npgsql.NpgsqlException or LeaseLostException or DropChangedException or Azure.RequestFailedException =>
            exception.Message,
        _ => $"A defect of greenery, please report it: {exception.GetType().Name}: {exception.Message} The trace is in ops.step.",
    };

    // The run's own token is cancelled or the database is gone: what can still be written is written, the rest is told.
    private async Task<RunOutcome> EndAsync(RunLease lease, RunState state, string message)
    {
        try
        {
            state = await _ledger.EndAsync(lease, state, message, CancellationToken.None);
        }
        catch (Exception exception) when (exception is MachineryException or LeaseLostException or Npgsql.NpgsqlException)
        {
            message += $" (The ledger could not be told: {exception.Message})";
        }
        return new RunOutcome(lease.RunId, state, message);
    }
}
