using DurableTask.Core.Exceptions;
using Greenery.Hosting;
using Greenery.Warehouse;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Greenery.Functions.Orchestration;

/// <summary>Has a run done by an orchestration of Durable Functions.</summary>
/// <param name="client">Of this invocation.</param>
/// <param name="version">Of the orchestrations that this host does: numbers with dots, which rise from one deployment
/// that changes the order of a run to the next.</param>
internal sealed class DurableLauncher(DurableTaskClient client, string version) : IRunLauncher
{
    // Without these, what becomes of a running instance whose id is used again is up to the host: it is terminated and
    // replaced, unless host.json's overridableExistingInstanceStates says NonRunningStates (its default). With them
    // that branch is never taken, whatever host.json says, and the second start is refused.
    private static readonly OrchestrationRuntimeStatus[] Kept =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    public TimeSpan LeaseLength => RunLease.TimeLimitedLength;

    /// <summary>
    /// What was launched for the lease has ended, or is of an earlier version than this host's: a host of that version
    /// no longer gets its work, because this one fails it. A later version's is left alone: while hosts are replaced,
    /// or a slot of the app is swapped, both poll, and of two that took each other's runs neither would come to an end.
    /// So is one whose version cannot be compared, and that of a version that was deployed in place of a later one:
    /// there the lease decides.
    /// </summary>
    public async Task<bool> IsGoneAsync(RunLease lease, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(InstanceId(lease, version), cancellationToken) is { } own)
        {
            return own.IsCompleted;
        }
        var isFound = false;
        var query = new OrchestrationQuery { InstanceIdPrefix = Prefix(lease), PageSize = 10 };
        await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
        {
            if (!instance.InstanceId.StartsWith(Prefix(lease), StringComparison.Ordinal))
            {
                continue;
            }
            isFound = true;
            if (!instance.IsCompleted && !IsEarlier(instance.InstanceId[Prefix(lease).Length..]))
            {
                return false;
            }
        }
        // Without any it is another program's run, or is about to be launched.
        return isFound;
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
    public static string InstanceId(RunLease lease, string version) => $"{Prefix(lease)}{version}";

    private bool IsEarlier(string other) => Version.TryParse(other, out var theirs)
        && Version.TryParse(version, out var own) && theirs < own;

    private static string Prefix(RunLease lease) => $"run-{lease.RunId}-{lease.Token.ToString("n")[..8]}-v";
}
