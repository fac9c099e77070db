namespace Greenery.Alerts.Incidents;

/// <summary>How bad an incident is, from good to bad.</summary>
public enum IncidentSeverity
{
    Ok,

    /// <summary>Worth a look; readers have today's data.</summary>
    Warn,

    /// <summary>Nothing was published, or a channel does not deliver.</summary>
    Error,
}
