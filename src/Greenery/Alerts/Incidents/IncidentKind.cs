namespace Greenery.Alerts.Incidents;

/// <summary>What can be well or not.</summary>
public enum IncidentKind
{
    Check,

    /// <summary>The freshness of a source table.</summary>
    Source,

    /// <summary>Whether a run comes to its end with a verdict.</summary>
    Run,

    /// <summary>Whether something was published by the time of <c>Greenery:Alerts:DeliverBy</c>.</summary>
    Sla,

    /// <summary>Whether a channel takes messages.</summary>
    Channel,

    /// <summary>Whether a setting that runs do without is right.</summary>
    Setting,

    /// <summary>Whether a run's page on the state of the data could be written.</summary>
    Report,
}
