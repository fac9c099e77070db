namespace Greenery.Runs;

/// <summary>What becomes of a run whose process is asked to end.</summary>
public enum ShutdownBehavior
{
    /// <summary>It ends as cancelled: a user at the terminal changed his mind.</summary>
    CancelRun,

    /// <summary>It is left as it is, for the next process to resume: a service is being restarted.</summary>
    ReleaseRun,
}
