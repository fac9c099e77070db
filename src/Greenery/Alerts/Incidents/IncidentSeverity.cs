namespace Greenery.Alerts.Incidents;

/// <summary>How something stands, from well to bad.</summary>
public enum IncidentSeverity
{
    Ok,

    /// <summary>Worth a look; readers have today's data.</summary>
    Warn,

    /// <summary>Nothing was published, or nobody can be reached on a channel.</summary>
    Error,
}
