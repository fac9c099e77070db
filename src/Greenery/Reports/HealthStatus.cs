namespace Greenery.Reports;

/// <summary>How healthy something is; each status has a colour, a shape and a word of its own.</summary>
public enum HealthStatus
{
    /// <summary>Not known yet, or not examined.</summary>
    Unknown,

    Good,

    /// <summary>Taken over as it was: nothing had changed.</summary>
    Reused,

    Warning,

    Bad,
}
