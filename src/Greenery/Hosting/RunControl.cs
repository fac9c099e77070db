using Greenery.Alerts;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.Logging;

namespace Greenery.Hosting;

/// <summary>
/// Starts runs for a host: because a user asks over HTTP, because a scheduled run is due, or because a run's process
/// died and another has to resume it.
/// </summary>
/// <param name="host">Where the pipeline comes from.</param>
/// <param name="launcher">How this host does a run.</param>
/// <param name="log">Receives what was started, and why not.</param>
public sealed class RunControl(IPipelineHost host, IRunLauncher launcher, ILogger<RunControl> log)
{
    /// <summary>
    /// A scheduled run whose run failed by infrastructure rests so long: whatever failed may be mended by then.
    /// </summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(45);

    /// <summary>Starts a run, and says so, or which other answer there is.</summary>
    /// <exception cref="InfrastructureException">The ledger cannot be reached, or the host does not take the
    /// run.</exception>
    public async Task<RunStart> StartAsync(RunRequest request, CancellationToken cancellationToken)
    {
        RefreshProject();
        var pipeline = await host.PipelineAsync(cancellationToken);
        switch (await StartOrTakeOverAsync(pipeline, request, cancellationToken))
        {
            case RunStart.Started started:
                log.Started(started.Lease.RunId, EnumText.Name(request.StartedBy));
                await LaunchAsync(pipeline, started.Lease);
                return started;
            case RunStart.Resumed resumed:
                await LaunchAsync(pipeline, resumed);
                return resumed.IsAsAsked
                    ? new RunStart.Started(resumed.Lease)
                    : new RunStart.Busy(
                    resumed.Lease.RunId, "this host, which resumes it", host.Time.GetUtcNow().UtcDateTime);
            case { } other:
                return other;
            default:
                throw new InvalidOperationException("A request has an answer.");
        }
    }

    /// <summary>
    /// What any wake-up does: resumes a run whose process is gone, starts the oldest scheduled run that is due, and
    /// tells people what is due. Timers may call it as often as they like.
    /// </summary>
    public async Task<PollResult> PollDueRunsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PollRunsAsync(cancellationToken);
        }
        finally
        {
            // After the start of runs: notifications are not urgent, and a channel that hangs must not delay the
            // scheduled run. Also when that failed: people hear of what is due all the same.
            await NotifyAsync(cancellationToken);
        }
    }

    private async Task<PollResult> PollRunsAsync(CancellationToken cancellationToken)
    {
        RefreshProject();
        var pipeline = await host.PipelineAsync(cancellationToken);
        var found = await StartOrTakeOverAsync(pipeline, null, cancellationToken);
        if (found is RunStart.Resumed resumed)
        {
            await LaunchAsync(pipeline, resumed);
            return new PollResult(resumed.Lease.RunId, IsWaiting: false);
        }
        var clock = await host.ClockAsync(cancellationToken);
        if (ClockText.Describe(clock) is { } warning)
        {
            log.ClocksDiffer(warning);
        }
        var due = await (await host.ScheduledRunsAsync(cancellationToken)).DueAsync(clock.Now, cancellationToken);
        // Later scheduled runs wait for the oldest: they build on what it loads.
        return due is [var oldest, ..] && !(oldest.FailedAt + RetryDelay > clock.Now)
            ? await StartScheduledRunAsync(oldest, cancellationToken)
            // What readers block is published soon after they let go of the marts.
            : new PollResult(null, IsWaiting: found is RunStart.Busy || due is [{ IsBlocked: true }, ..]);
    }

    // A run that is under way goes on by what it began with.
    private void RefreshProject()
    {
        if (!host.RefreshProject())
        {
            return;
        }
        if (host.ProjectFaults.Count == 0)
        {
            log.ProjectTaken(host.Project.ShortHash);
        }
        foreach (var fault in host.ProjectFaults)
        {
            log.ProjectRefused(host.Project.ShortHash, $"{fault}");
        }
    }

    // A run whose lease is good is not always alive: after a deployment with another orchestration the host refuses
    // what the one before began.
    private async Task<RunStart?> StartOrTakeOverAsync(
        Pipeline pipeline, RunRequest? request, CancellationToken cancellationToken)
    {
        var start = await StartOrEndAsync(pipeline, request, cancellationToken);
        if (start is not RunStart.Busy busy)
        {
            return start;
        }
        var warehouse = await host.WarehouseAsync(cancellationToken);
        if (await RunStore.TimeLimitedLeaseAsync(warehouse, busy.RunId, cancellationToken) is not { } lease
            || !await IsGoneAsync(lease, cancellationToken))
        {
            return start;
        }
        log.FoundGone(busy.RunId);
        await RunStore.ReleaseAsync(warehouse, lease, cancellationToken);
        return await StartOrEndAsync(pipeline, request, cancellationToken);
    }

    // A run that could not be resumed has no step that logs its end.
    private async Task<RunStart?> StartOrEndAsync(
        Pipeline pipeline, RunRequest? request, CancellationToken cancellationToken)
    {
        var start = await pipeline.StartAsync(request, launcher.LeaseLength, cancellationToken);
        if (start?.Earlier is { } ended)
        {
            log.EndedAs(ended);
        }
        return start;
    }

    // A host that cannot say is no reason to start nothing and notify of nothing: the lease decides then.
    private async Task<bool> IsGoneAsync(RunLease lease, CancellationToken cancellationToken)
    {
        try
        {
            return await launcher.IsGoneAsync(lease, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception
            is not OutOfMemoryException)
        {
            log.NotKnownWhetherGone(lease.RunId, ExceptionText.MessageOf(exception));
            return false;
        }
    }

    private async Task NotifyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var alerting = await host.AlertingAsync(cancellationToken);
            await alerting.CheckAsync(cancellationToken);
            foreach (var (channel, reason) in await alerting.FailingChannelsAsync(cancellationToken))
            {
                log.ChannelFailing(channel, reason);
            }
            foreach (var fault in await alerting.WrongSettingsAsync(cancellationToken))
            {
                log.SettingFault($"{fault}");
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception
            is not OutOfMemoryException)
        {
            log.NotificationFailed(ExceptionText.Trace(exception));
        }
    }

    private async Task<PollResult> StartScheduledRunAsync(
        ScheduledRun scheduledRun, CancellationToken cancellationToken)
    {
        var request = new RunRequest
            { Date = scheduledRun.BusinessDate, StartedBy = RunTrigger.Schedule, ScheduledAt = scheduledRun.At };
        switch (await StartAsync(request, cancellationToken))
        {
            case RunStart.Started started:
                return new PollResult(started.Lease.RunId, IsWaiting: false);
            case RunStart.Busy busy:
                log.ScheduledRunWaits(scheduledRun.BusinessDate, busy.RunId);
                return new PollResult(null, IsWaiting: true);
            default:
                // Another host had it meanwhile; there may be more.
                return new PollResult(null, IsWaiting: true);
        }
    }

    private Task LaunchAsync(Pipeline pipeline, RunStart.Resumed resumed)
    {
        if (resumed.Begins is { } by)
        {
            log.Started(resumed.Lease.RunId, EnumText.Name(by));
        }
        else
        {
            log.Resumed(resumed.Lease.RunId);
        }
        return LaunchAsync(pipeline, resumed.Lease);
    }

    // Whether the caller waits for the answer or not: the run has been started, and a user has to do it.
    private async Task LaunchAsync(Pipeline pipeline, RunLease lease)
    {
        try
        {
            await launcher.LaunchAsync(lease, CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            log.NotLaunched(lease.RunId, ExceptionText.Trace(exception));
            var words = $"The host did not take the run: {ExceptionText.MessageOf(exception)}";
            await pipeline.EndAsync(lease, new StepFailure(RunState.Failed, words));
            log.EndedBadly(lease.RunId, EnumText.Name(RunState.Failed), " " + words);
            throw new InfrastructureException(words, exception);
        }
    }
}
