namespace Greenery;

/// <summary>A business date that the schedule asks for.</summary>
/// <param name="At">When it is due, UTC.</param>
/// <param name="BusinessDate">Its date in the business's time zone: drops up to it are loaded.</param>
/// <param name="FailedAt">
/// When its last run failed by infrastructure, or was blocked by readers that hold the marts still, UTC; null when none
/// did.
/// </param>
/// <param name="IsBlocked">Whether readers' transactions kept a run of it from publishing.</param>
public sealed record ScheduledRun(
    DateTimeOffset At, DateOnly BusinessDate, DateTimeOffset? FailedAt = null, bool IsBlocked = false);
