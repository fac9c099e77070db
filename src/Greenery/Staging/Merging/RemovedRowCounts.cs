namespace Greenery.Staging.Merging;

/// <summary>What became of the rows that a corrected upload no longer has.</summary>
/// <param name="Restored">Rows that went back to what an earlier drop said.</param>
/// <param name="Removed">Rows that no earlier drop knows; they left.</param>
/// <param name="Message">What could not be decided; null when all was.</param>
internal sealed record RemovedRowCounts(long Restored, long Removed, string? Message)
{
    public static RemovedRowCounts None { get; } = new(0, 0, null);
}
