using Greenery.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Greenery.Functions.Triggers;

/// <summary>
/// Wake-ups. None of them decides what is due: the ledger of scheduled runs and the business's time zone do (timers
/// know UTC only, stall after deployments, skip scheduled runs and fire twice). Never RunOnStartup: that the host wakes
/// up is no reason to run.
/// </summary>
internal sealed class SchedulerFunctions(RunControlFactory controls)
{
    public const string Again = "LookAgain";

    /// <summary>
    /// At the scheduled time, read as UTC: punctual where that is the business's time, early or late elsewhere.
    /// </summary>
    [Function("PollDueRuns")]
    public Task PollAsync(
        [TimerTrigger("%Greenery:Schedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken token) =>
        controls.By(client).PollDueRunsAsync(token);

    /// <summary>Every hour: scheduled runs that the timer missed, and runs whose host is gone.</summary>
    [Function("Hourly")]
    public Task HourlyAsync(
        [TimerTrigger("0 0 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken token) =>
        controls.By(client).PollDueRunsAsync(token);

    /// <summary>Polls after each run: scheduled runs that were missed follow one another.</summary>
    [Function(Again)]
    public Task<PollResult> AgainAsync([ActivityTrigger] long runId, [DurableClient] DurableTaskClient client,
        CancellationToken token) =>
        controls.By(client).PollDueRunsAsync(token);
}
