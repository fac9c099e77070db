namespace Greenery.Runs;

/// <summary>
/// What follows a run's end: the report, and telling people. The run has given its lease back by then and keeps its
/// verdict whatever comes of this. Done at least once.
/// </summary>
public interface IPostRunAction
{
    /// <summary>Which step of a run this is.</summary>
    StepKind Kind { get; }

    /// <summary>Follows up on a run that has ended, whatever its state.</summary>
    Task<DoneResult> ExecuteAsync(long runId, CancellationToken cancellationToken);
}
