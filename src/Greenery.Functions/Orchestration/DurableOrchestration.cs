using Greenery.Runs;
using Microsoft.DurableTask;

namespace Greenery.Functions.Orchestration;

/// <summary>Has each step of a run done by the activity of its kind.</summary>
internal sealed class DurableOrchestration(TaskOrchestrationContext context) : IOrchestration
{
    // Errors of a step are in its reply and were retried there. Here it is about hosts that end, are scaled in, or run
    // into functionTimeout: their exceptions have lost their types on the way, so all of them count.
    private static readonly TaskOptions Delivering = TaskOptions.FromRetryPolicy(new RetryPolicy(
        FunctionLimits.Deliveries, FunctionLimits.FirstDelay, backoffCoefficient: 2,
        maxRetryInterval: FunctionLimits.LongestDelay));

    public async Task<TResult> CallAsync<TResult>(RunStep step)
    {
        try
        {
            var reply = await context.CallActivityAsync<StepReply>(step.Kind.ToString(), step, Delivering);
            return reply.Read<TResult>();
        }
        catch (TaskFailedException exception)
        {
            throw new StepFailedException(new StepFailure(
                RunState.Failed,
                $"The host did not get step {step.Name} done: {exception.FailureDetails.ErrorMessage}"));
        }
    }
}
