using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.Logging;

namespace Greenery.Hosting;

/// <summary>
/// What hosts log. The numbers stay the same: alerts may look for them. Exceptions are logged as
/// <see cref="Greenery.Warehouse.ExceptionText"/>: a logger would write the values that PostgreSQL quotes.
/// </summary>
public static partial class HostLog
{
    [LoggerMessage(1001, LogLevel.Information, "Run {RunId} started ({StartedBy}).")]
    public static partial void Started(this ILogger log, long runId, string startedBy);

    [LoggerMessage(1002, LogLevel.Warning, "Run {RunId} resumed: its previous process died.")]
    public static partial void Resumed(this ILogger log, long runId);

    [LoggerMessage(1003, LogLevel.Information, "Business date {BusinessDate} is waiting: run {RunId} is active.")]
    public static partial void ScheduledRunWaits(this ILogger log, DateOnly businessDate, long runId);

    [LoggerMessage(1004, LogLevel.Error, "Run {RunId} could not be launched: {Trace}")]
    public static partial void NotLaunched(this ILogger log, long runId, string trace);

    [LoggerMessage(1005, LogLevel.Information, "Run {RunId} ended as {State}.{Message}")]
    public static partial void Ended(this ILogger log, long runId, string state, string message);

    [LoggerMessage(1006, LogLevel.Error, "Run {RunId} ended as {State}.{Message}")]
    public static partial void EndedBadly(this ILogger log, long runId, string state, string message);

    /// <summary>How a run ended, in the words that the alerts of infra/app/alerts.bicep look for.</summary>
    public static void EndedAs(this ILogger log, long runId, RunState state, bool isPartial, string? message)
    {
        var name = isPartial ? "published_in_part" : EnumText.Name(state);
        // A run that is published has nothing to add.
        var addition = message is { Length: > 0 } ? " " + TerminalText.Escape(message) : "";
        if (RunStates.ExitCode(state, isPartial) == 0)
        {
            log.Ended(runId, name, addition);
        }
        else
        {
            log.EndedBadly(runId, name, addition);
        }
    }

    /// <summary>
    /// How a run ended that no process did any more. Who tries or publishes at a terminal sees it fail there and can
    /// repeat the command; no alert is to wake another for it.
    /// </summary>
    public static void EndedAs(this ILogger log, EndedRun ended)
    {
        if (ended.StartedBy is RunTrigger.Try or RunTrigger.Publish
            && RunStates.ExitCode(ended.State, ended.IsPartial) != 0)
        {
            log.GivenUp(ended.RunId, EnumText.Name(ended.StartedBy), TerminalText.Escape(ended.Message ?? ""));
            return;
        }
        log.EndedAs(ended.RunId, ended.State, ended.IsPartial, ended.Message);
    }

    [LoggerMessage(1024, LogLevel.Information,
        "Run {RunId} ({StartedBy}) is over, and readers see what they saw before: {Message}")]
    public static partial void GivenUp(this ILogger log, long runId, string startedBy, string message);

    [LoggerMessage(1007, LogLevel.Warning, "Polling for due runs failed and is retried: {Reason}")]
    public static partial void PollFailed(this ILogger log, string reason);

    [LoggerMessage(1008, LogLevel.Error, "Notifications failed; the next poll retries: {Trace}")]
    public static partial void NotificationFailed(this ILogger log, string trace);

    [LoggerMessage(1009, LogLevel.Warning, "Run {RunId} stopped in this process ({State}): {Message}")]
    public static partial void Left(this ILogger log, long runId, string state, string message);

    [LoggerMessage(1025, LogLevel.Information, "No new run after run {RunId}: {Message}")]
    public static partial void NothingToDo(this ILogger log, long runId, string message);

    [LoggerMessage(1010, LogLevel.Information, "Run {RunId}: {Step} completed in {Seconds:0.0} s.")]
    public static partial void StepDone(this ILogger log, long runId, string step, double seconds);

    [LoggerMessage(1011, LogLevel.Warning, "Run {RunId}: {Step} is retried: {Reason}")]
    public static partial void StepRetried(this ILogger log, long runId, string step, string reason);

    [LoggerMessage(1012, LogLevel.Error, "Run {RunId}: {Step} failed: {Reason}")]
    public static partial void StepFailed(this ILogger log, long runId, string step, string reason);

    [LoggerMessage(1013, LogLevel.Warning, "Setting {Warning}")]
    public static partial void SettingWarning(this ILogger log, string warning);

    [LoggerMessage(1014, LogLevel.Warning, "{Warning}")]
    public static partial void ClocksDiffer(this ILogger log, string warning);

    [LoggerMessage(1015, LogLevel.Warning, "The process of the local services had ended; it was started again.")]
    public static partial void LocalServicesStarted(this ILogger log);

    [LoggerMessage(1016, LogLevel.Warning, "The local services have ended and are started again: {Reason}")]
    public static partial void LocalServicesFailed(this ILogger log, string reason);

    [LoggerMessage(1017, LogLevel.Error, "Setting {Fault} Runs go on without it.")]
    public static partial void SettingFault(this ILogger log, string fault);

    [LoggerMessage(1018, LogLevel.Warning,
        "Run {RunId}: what was to do it has ended, or is of another version; it is taken over at once.")]
    public static partial void FoundGone(this ILogger log, long runId);

    [LoggerMessage(1019, LogLevel.Warning,
        "Run {RunId}: whether a process still does it could not be found out, so its lease decides: {Reason}")]
    public static partial void NotKnownWhetherGone(this ILogger log, long runId, string reason);
    [LoggerMessage(1021, LogLevel.Information, "The project has changed: its hash is {Hash} from the next run on.")]
    public static partial void ProjectTaken(this ILogger log, string hash);

    [LoggerMessage(1022, LogLevel.Error,
        "The project has changed and is wrong; runs use the one of before (hash {Hash}): {Fault}")]
    public static partial void ProjectRefused(this ILogger log, string hash, string fault);

    [LoggerMessage(1023, LogLevel.Information,
        "Run {RunId}: {Step} has read {Rows} rows in {Seconds:0} s ({RowsPerSecond} rows/s).")]
    public static partial void RowsRead(
        this ILogger log, long runId, string step, long rows, double seconds, long rowsPerSecond);

    [LoggerMessage(1020, LogLevel.Error,
        "A request failed with an internal error; its response refers to this entry as {Reference}: {Trace}")]
    public static partial void RequestFailed(this ILogger log, string reference, string trace);
}
