namespace Greenery.Alerts.Incidents;

/// <summary>The state of a subject, as people were notified; a row of <c>ops.incident</c>. Times are UTC.</summary>
public sealed record Incident
{
    /// <summary>A check's id, <c>run</c>, <c>sla</c>, <c>channel:&lt;name&gt;</c>.</summary>
    public required string Subject { get; init; }

    public required IncidentKind Kind { get; init; }

    public required IncidentSeverity Level { get; init; }

    /// <summary>What was found the last time, in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Rows failing; null where rows are not counted.</summary>
    public long? RowsFailing { get; init; }

    /// <summary>Since when it is not well; null while it is.</summary>
    public DateTime? OpenedAt { get; init; }

    /// <summary>When people were last reminded; null when not yet.</summary>
    public DateTime? RemindedAt { get; init; }

    public required DateTime ChangedAt { get; init; }

    /// <summary>The run that found it so; null for what no run finds.</summary>
    public long? RunId { get; init; }
}
