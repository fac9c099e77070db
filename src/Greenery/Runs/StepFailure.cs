namespace Greenery.Runs;

/// <summary>Why a step, and with it its run, failed.</summary>
/// <param name="EndsAs">How the run ends: refused, failed or cancelled.</param>
/// <param name="Message">What to tell people.</param>
public sealed record StepFailure(RunState EndsAs, string Message);
