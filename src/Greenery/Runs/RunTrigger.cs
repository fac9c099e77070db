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

    /// <summary>
    /// <c>greenery run --no-publish</c>: it loads and publishes nothing, and builds models beside what readers see.
    /// </summary>
    Try,

    /// <summary><c>greenery migrate --to-citus</c>: it moves tables within a cluster; it loads and builds nothing.
    /// </summary>
    Move,

    /// <summary><c>greenery publish</c>: it publishes what a try has built; it loads and builds nothing.</summary>
    Publish,
}
