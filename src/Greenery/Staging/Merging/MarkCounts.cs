namespace Greenery.Staging.Merging;

/// <summary>Rows of a table of complete drops whose mark a load changed.</summary>
/// <param name="SoftDeleted">Rows marked as gone, or as gone since another date.</param>
/// <param name="Returned">Rows that were gone and are there again.</param>
/// <param name="Before">Rows that were there before the load.</param>
/// <param name="IsNewest">No later drop was loaded before.</param>
internal sealed record MarkCounts(long SoftDeleted, long Returned, long Before, bool IsNewest)
{
    public static MarkCounts None { get; } = new(0, 0, 0, false);
}
