using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>How a check ended.</summary>
[StoredAsText]
public enum CheckStatus
{
    Pass,

    /// <summary>Rows fail, but not so that the run has to stop.</summary>
    Warn,

    /// <summary>Rows fail; nothing is published.</summary>
    Fail,

    /// <summary>The database could not evaluate it. Nothing is published, whatever the severity.</summary>
    Error,

    /// <summary>There was no row to look at, so it says nothing: not green.</summary>
    NotEvaluated,
}
