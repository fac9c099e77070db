namespace Greenery.Runs;

/// <summary>Why a step, and with it its run, failed.</summary>
/// <param name="EndsAs">How the run ends: refused, failed or cancelled.</param>
/// <param name="Message">What to tell people.</param>
public sealed record StepFailure(RunState EndsAs, string Message)
{
    /// <summary>A user, or the end of the process, has stopped it.</summary>
    public static StepFailure Stopped { get; } = new(RunState.Cancelled, "It was stopped before it was done.");
}
