namespace Greenery.Reports;

/// <summary>How something stands; each has a colour, a shape and a word of its own.</summary>
public enum HealthStatus
{
    /// <summary>Nobody knows yet, or nobody looked.</summary>
    Unknown,

    Good,

    /// <summary>Taken over as it was: nothing had changed.</summary>
    Reused,

    Warning,

    Bad,
}
