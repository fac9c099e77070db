using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>The state of a run.</summary>
[StoredAsText]
public enum RunState
{
    Running,

    /// <summary>Readers see this run's versions.</summary>
    Published,

    /// <summary>There was nothing new; readers see what they saw before, and it is up to date.</summary>
    Unchanged,

    /// <summary>A check of error severity failed; nothing was published.</summary>
    ChecksFailed,

    /// <summary>A drop, a contract or a model is wrong; nothing was published.</summary>
    Refused,

    /// <summary>Infrastructure failed; nothing was published.</summary>
    Failed,

    /// <summary>
    /// A user stopped it, or a deployment changed the sql folder meanwhile and another run does the same; nothing was
    /// published.
    /// </summary>
    Cancelled,

    /// <summary>
    /// It was published once; readers were sent back to an earlier run, and cannot be sent to this one again.
    /// </summary>
    RolledBack,

    /// <summary>It built and checked models beside what readers see, and was to publish nothing.</summary>
    Tried,
}

/// <summary>What a state is to the caller of a command.</summary>
public static class RunStates
{
    /// <summary>
    /// 0 published, tried or nothing to do, 1 checks failed, 2 refused, 3 infrastructure failed or it was stopped.
    /// </summary>
    /// <param name="state">How the run ended.</param>
    /// <param name="isPartial">It was published without what a refused drop concerns: 2, as for the drop.</param>
    public static int ExitCode(RunState state, bool isPartial = false) => state switch
    {
        RunState.Published when isPartial => 2,
        RunState.Published or RunState.Unchanged or RunState.Tried => 0,
        RunState.ChecksFailed => 1,
        RunState.Refused => 2,
        _ => 3,
    };
}
