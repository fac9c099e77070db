using DurableTask.Core.Exceptions;
using Greenery.Hosting;
using Greenery.Warehouse;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Greenery.Functions.Orchestration;

/// <summary>Has a run done by an orchestration of Durable Functions.</summary>
internal sealed class DurableLauncher(DurableTaskClient client) : IRunLauncher
{
    // Without these, what becomes of a running instance whose id is used again is up to the host: it is terminated and
    // replaced, unless host.json's overridableExistingInstanceStates says NonRunningStates (its default). With them
    // that branch is never taken, whatever host.json says, and the second start is refused.
    private static readonly OrchestrationRuntimeStatus[] Kept =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    public TimeSpan LeaseLength => RunLease.TimeLimitedLength;

    public async Task LaunchAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var options = new StartOrchestrationOptions(InstanceId(lease)).WithDedupeStatuses(Kept);
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
    /// ends there.
    /// </summary>
    public static string InstanceId(RunLease lease) => $"run-{lease.RunId}-{lease.Token.ToString("n")[..8]}";
}
