namespace Greenery.Staging;

/// <summary>What the store holds.</summary>
/// <param name="Pending">To be loaded, by date and path.</param>
/// <param name="Notes">Files that are no drops of a known table, and what to do about them.</param>
/// <param name="NewestDate">Of all drops up to the date asked for, loaded or not; null when there are none.</param>
public sealed record DiscoveredDrops(
    IReadOnlyList<PendingDrop> Pending, IReadOnlyList<Fault> Notes, DateOnly? NewestDate);
