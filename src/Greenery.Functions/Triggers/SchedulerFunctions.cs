using Greenery.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Greenery.Functions.Triggers;

/// <summary>
/// Wake-ups. None of them decides what is due: the ledger of scheduled runs and the business's time zone do (timers
/// know UTC only, stall after deployments, skip scheduled runs and fire twice).
/// </summary>
internal sealed class SchedulerFunctions(RunControlFactory controls)
{
    public const string Again = "LookAgain";

    /// <summary>
    /// Every quarter of an hour, whatever the schedule: what is due is decided in <c>Greenery:TimeZone</c>, and zones
    /// differ by quarters. A literal, because what scales the app to zero and wakes it reads the trigger without the
    /// app's settings. Half a minute late, so that what is due at the quarter is due by the database's clock too.
    /// </summary>
    public const string Interval = "30 */15 * * * *";

    /// <summary>
    /// Starts what is due, resumes a run whose host is gone, and sends messages. After a deployment the first poll
    /// takes over what the version before has left. Not at the start of a host: Azure starts one at every wake.
    /// </summary>
    [Function("PollDueRuns")]
    public Task PollAsync(
        [TimerTrigger(Interval)] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken token) =>
        controls.By(client).PollDueRunsAsync(token);

    /// <summary>Polls after each run: scheduled runs that were missed follow one another.</summary>
    [Function(Again)]
    public Task<PollResult> AgainAsync([ActivityTrigger] long runId, [DurableClient] DurableTaskClient client,
        CancellationToken token) =>
        controls.By(client).PollDueRunsAsync(token);
}
