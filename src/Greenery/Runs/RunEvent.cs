namespace Greenery.Runs;

/// <summary>What happened to a step.</summary>
public enum RunEventKind
{
    Started,
    Done,
    Retried,
    Failed,
}

/// <summary>Something people may want to see while a run is under way.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Step">The step.</param>
/// <param name="Result">Its result, when it is done; null otherwise.</param>
/// <param name="Elapsed">Since the step was started.</param>
/// <param name="Error">What went wrong, when it failed or is tried again; null otherwise.</param>
public sealed record RunEvent(RunEventKind Kind, RunStep Step, object? Result, TimeSpan Elapsed, string? Error = null);
