namespace Greenery.Staging.Merging;

/// <summary>Rows of a table of complete drops whose mark a load changed.</summary>
/// <param name="SoftDeleted">Rows marked as gone, or as gone since another date.</param>
/// <param name="Returned">Rows that were gone and are there again.</param>
/// <param name="Before">Rows that were there before the drops of the date.</param>
/// <param name="IsNewest">No complete later date was loaded before.</param>
/// <param name="IsOtherDateNew">Another date is complete since this load, or is not any more.</param>
/// <param name="Parts">How many drops of the date are loaded, with this one.</param>
/// <param name="WaitsFor">A drop of the date that cannot be loaded, so that no row is marked; null for none.</param>
internal sealed record MarkCounts(
    long SoftDeleted, long Returned, long Before, bool IsNewest, bool IsOtherDateNew, long Parts, string? WaitsFor)
{
    public static MarkCounts None { get; } = new(0, 0, 0, false, false, 1, null);

    /// <summary>What people should know; null for nothing.</summary>
    public string? Message => WaitsFor is null ? null
        : $"no row was marked as removed by the drops of its date, because {WaitsFor} is not loaded; correct it, or "
            + "remove it from the store if it is no part of the table";
}
