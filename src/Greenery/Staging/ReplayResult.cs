namespace Greenery.Staging;

/// <summary>What a replay of quarantined rows came to.</summary>
/// <param name="Drops">Those that were loaded again, by date and path.</param>
/// <param name="Notes">Those that could not be, and what to do.</param>
public sealed record ReplayResult(IReadOnlyList<ReplayedDrop> Drops, IReadOnlyList<Fault> Notes);
