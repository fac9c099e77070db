using Greenery.Functions.Triggers;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Greenery.Functions.Orchestration;

/// <summary>
/// The orchestrator. All it decides is in <see cref="DailyRun"/>; a change of that needs a new defaultVersion in
/// host.json, so that an instance begun before is not replayed by other code but ends, and its run is resumed by a new
/// one.
/// </summary>
internal static class DailyRunFunction
{
    public const string Name = "DailyRun";

    /// <returns>The state the run ended in.</returns>
    [Function(Name)]
    public static async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, RunLease lease)
    {
        var log = context.CreateReplaySafeLogger(Name);
        log.Begins(lease.RunId, context.InstanceId);
        var state = (await new DailyRun(new DurableOrchestration(context), lease).RunAsync()).State;
        log.Ends(lease.RunId, EnumText.Name(state));
        await PollAgainAsync(context, lease.RunId, log);
        return EnumText.Name(state);
    }

    // Another scheduled run may be due, and need not wait for the timer. If this fails, it does.
    private static async Task PollAgainAsync(TaskOrchestrationContext context, long runId, ILogger log)
    {
        try
        {
            await context.CallActivityAsync<PollResult>(SchedulerFunctions.Again, runId);
        }
        catch (TaskFailedException exception)
        {
            log.PollFailed(runId, exception.FailureDetails.ErrorMessage);
        }
    }
}
