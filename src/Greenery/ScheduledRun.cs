namespace Greenery;

/// <summary>A business date that the schedule asks for.</summary>
/// <param name="At">When it is due, UTC.</param>
/// <param name="BusinessDate">Its date where the business is: drops up to it are loaded.</param>
/// <param name="FailedAt">When its last run ended as failed (database, storage or host), UTC; null when none did.</param>
public sealed record ScheduledRun(DateTimeOffset At, DateOnly BusinessDate, DateTimeOffset? FailedAt = null);
