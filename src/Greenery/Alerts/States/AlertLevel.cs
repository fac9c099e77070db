namespace Greenery.Alerts.States;

/// <summary>How something stands, from well to bad.</summary>
public enum AlertLevel
{
    Ok,

    /// <summary>Worth a look; readers have today's data.</summary>
    Warn,

    /// <summary>Nothing was published, or nobody can be reached on a channel.</summary>
    Error,
}
