namespace Greenery.Staging.Loading;

/// <summary>One drop that was loaded again.</summary>
/// <param name="DropId">Its row in <c>ops.drop</c>.</param>
/// <param name="Load">What became of its rows.</param>
/// <param name="Released">Rows that were in quarantine and passed.</param>
public sealed record ReplayedDrop(long DropId, LoadResult Load, long Released);
