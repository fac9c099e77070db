namespace Greenery.Alerts.Incidents;

/// <summary>What happened to a state.</summary>
public enum IncidentEventKind
{
    /// <summary>It was well before.</summary>
    Opened,

    /// <summary>It was a warning before, and is an error now.</summary>
    Escalated,

    /// <summary>It was an error before, and is a warning now.</summary>
    Deescalated,

    Resolved,

    /// <summary>It has stayed open for so many days.</summary>
    Reminded,

    /// <summary>The subject is no longer part of the project. No notification is sent.</summary>
    Removed,
}
