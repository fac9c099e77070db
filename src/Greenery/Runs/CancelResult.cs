namespace Greenery.Runs;

/// <summary>What came of asking for a run's end.</summary>
/// <param name="State">The run's state before; only a running one is asked.</param>
/// <param name="Ended">How it ended at once, because its process is gone; null when that was not so. No step of it says
/// so, so the caller logs it.</param>
public sealed record CancelResult(RunState State, EndedRun? Ended);
