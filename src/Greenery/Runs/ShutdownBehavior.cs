namespace Greenery.Runs;

/// <summary>What becomes of a run whose process is asked to end.</summary>
public enum ShutdownBehavior
{
    /// <summary>It ends as cancelled: somebody at the terminal changed his mind.</summary>
    CancelRun,

    /// <summary>It is left as it is, for the next process to go on with: a service is being restarted.</summary>
    ReleaseRun,
}
