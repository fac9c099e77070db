using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>What a failing check means for the run.</summary>
[StoredAsText]
public enum Severity
{
    /// <summary>Nothing is published.</summary>
    Error,

    /// <summary>It is published, and people are notified.</summary>
    Warn,
}
