namespace Greenery.Warehouse;

/// <summary>The run was taken over or has ended; what this process was about to commit is rolled back.</summary>
public sealed class LeaseLostException(long runId)
    : Exception($"Run {runId} is no longer this process's: it was taken over or has ended. Nothing of this step was "
    + $"kept.")
{
    public long RunId { get; } = runId;
}
