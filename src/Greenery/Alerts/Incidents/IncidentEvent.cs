namespace Greenery.Alerts.Incidents;

/// <summary>Something that happened to a state; a row of <c>ops.incident_event</c>. Times are UTC.</summary>
public sealed record IncidentEvent
{
    /// <summary>Unique; 0 before it is written.</summary>
    public long EventId { get; init; }

    /// <summary>A check's id, <c>run</c>, <c>sla</c>, <c>channel:&lt;name&gt;</c>.</summary>
    public required string Subject { get; init; }

    public required IncidentKind Kind { get; init; }

    public required IncidentEventKind Change { get; init; }

    public required IncidentSeverity LevelBefore { get; init; }

    public required IncidentSeverity Level { get; init; }

    /// <summary>What was found, in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Rows that failed the last time; null where rows are not counted, or there was no last time.</summary>
    public long? RowsBefore { get; init; }

    /// <summary>Rows failing; null where rows are not counted.</summary>
    public long? RowsFailing { get; init; }

    /// <summary>Since when it is, or was, not well.</summary>
    public required DateTime OpenedAt { get; init; }

    public required DateTime ChangedAt { get; init; }

    /// <summary>The run that found it; null for what no run finds.</summary>
    public long? RunId { get; init; }

    /// <summary>Whether it is a reason to disturb people at any hour.</summary>
    public bool IsUrgent =>
        Level == IncidentSeverity.Error && Change is IncidentEventKind.Opened or IncidentEventKind.Escalated;
}
