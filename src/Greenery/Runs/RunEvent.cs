namespace Greenery.Runs;

/// <summary>What happened to a step.</summary>
public enum RunEventKind
{
    Started,

    /// <summary>It goes on, and says how far it is.</summary>
    Advanced,

    Done,

    /// <summary>An earlier process had done it.</summary>
    Remembered,
    Retried,
    Failed,
}

/// <summary>Something people may want to see while a run is under way.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Step">The step.</param>
/// <param name="Result">
/// Its result, when it is done; the same as JSON, when it is remembered; a <see cref="RowsRead"/>, when it goes on;
/// null otherwise.
/// </param>
/// <param name="Elapsed">Since the step was started.</param>
/// <param name="Error">What went wrong, when it failed or is tried again; null otherwise.</param>
public sealed record RunEvent(RunEventKind Kind, RunStep Step, object? Result, TimeSpan Elapsed, string? Error = null);

/// <summary>How far a load is.</summary>
/// <param name="Rows">Rows read so far.</param>
/// <param name="Count">How many such reports there were; they are a second apart, or more.</param>
public sealed record RowsRead(long Rows, int Count);
