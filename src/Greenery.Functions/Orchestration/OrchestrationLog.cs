using Microsoft.Extensions.Logging;

namespace Greenery.Functions.Orchestration;

/// <summary>
/// What the orchestrator logs, once, however often it is replayed. Numbers beside those of the library.
/// </summary>
internal static partial class OrchestrationLog
{
    [LoggerMessage(1201, LogLevel.Information, "Run {RunId} is orchestrated by instance {InstanceId}.")]
    public static partial void Begins(this ILogger log, long runId, string instanceId);

    [LoggerMessage(1202, LogLevel.Information, "Orchestration of run {RunId} completed: {State}.")]
    public static partial void Ends(this ILogger log, long runId, string state);

    [LoggerMessage(
        1203, LogLevel.Warning, "After run {RunId}, polling for due runs failed; the next poll retries: {Reason}")]
    public static partial void PollFailed(this ILogger log, long runId, string reason);
}
