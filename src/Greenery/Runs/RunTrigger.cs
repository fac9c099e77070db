using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>What a run was started by.</summary>
[StoredAsText]
public enum RunTrigger
{
    /// <summary><c>greenery run</c>.</summary>
    Cli,

    /// <summary>The schedule, for a business date that was due.</summary>
    Schedule,

    /// <summary><c>POST /api/runs</c>.</summary>
    Http,

    /// <summary><c>greenery demo</c>.</summary>
    Demo,

    /// <summary><c>greenery rollback</c>: it loads and builds nothing.</summary>
    Rollback,

    /// <summary><c>greenery quarantine replay</c>: it loads quarantined rows and builds nothing.</summary>
    Replay,
}
