namespace Greenery.Alerts.Incidents;

/// <summary>The state in which something was found.</summary>
/// <param name="Subject">A check's id, or one of <see cref="IncidentKeys"/>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Message">What was found, in a sentence.</param>
/// <param name="Failing">Rows failing; null where rows are not counted.</param>
internal sealed record Observation(string Subject, IncidentKind Kind, IncidentSeverity Level, string Message,
    long? Failing = null)
{
    /// <summary>Whether the settings of this host say so, and those of another may say otherwise.</summary>
    public bool IsOfSettings { get; init; }
}
