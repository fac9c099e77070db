using DurableTask.Core.Exceptions;
using Greenery.Hosting;
using Greenery.Warehouse;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Greenery.Functions.Orchestration;

/// <summary>Has a run done by an orchestration of Durable Functions.</summary>
/// <param name="client">Of this invocation.</param>
/// <param name="version">Of the orchestrations that this host does; those of another it ends.</param>
internal sealed class DurableLauncher(DurableTaskClient client, string version) : IRunLauncher
{
    // Without these, what becomes of a running instance whose id is used again is up to the host: it is terminated and
    // replaced, unless host.json's overridableExistingInstanceStates says NonRunningStates (its default). With them
    // that branch is never taken, whatever host.json says, and the second start is refused.
    private static readonly OrchestrationRuntimeStatus[] Kept =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    public TimeSpan LeaseLength => RunLease.TimeLimitedLength;

    public async Task<bool> IsGoneAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var own = await client.GetInstanceAsync(InstanceId(lease, version), cancellationToken);
        if (own is not null)
        {
            return own.IsCompleted;
        }
        var query = new OrchestrationQuery { InstanceIdPrefix = Prefix(lease), PageSize = 1 };
        await foreach (var other in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
        {
            return other.InstanceId.StartsWith(Prefix(lease), StringComparison.Ordinal);
        }
        // Another program's run, or it is about to be launched.
        return false;
    }

    public async Task LaunchAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var options = new StartOrchestrationOptions(InstanceId(lease, version)).WithDedupeStatuses(Kept);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                DailyRunFunction.Name, lease, options, cancellationToken);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // This very lease was launched already: the answer to the first try got lost.
        }
    }

    /// <summary>
    /// One instance for one lease. A run that is taken over has a new lease, and its old instance, which Durable may
    /// still deliver, must neither be in the way of the new one nor be ended by it: it is refused at its next step and
    /// ends there. The version tells instances that this host does from those that it ends.
    /// </summary>
    public static string InstanceId(RunLease lease, string version) => $"{Prefix(lease)}-v{version}";

    private static string Prefix(RunLease lease) => $"run-{lease.RunId}-{lease.Token.ToString("n")[..8]}";
}
