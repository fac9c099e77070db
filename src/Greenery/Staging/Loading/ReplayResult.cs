namespace Greenery.Staging.Loading;

/// <summary>What a replay of quarantined rows came to.</summary>
/// <param name="Drops">Those that were loaded again, by date and path.</param>
/// <param name="Notes">Those that could not be, and what to do.</param>
public sealed record ReplayResult(IReadOnlyList<ReplayedDrop> Drops, IReadOnlyList<Diagnostic> Notes)
{
    /// <summary>Rows that were in quarantine and passed.</summary>
    public long Released => Drops.Sum(drop => drop.Released);

    /// <summary>Rows that still do not pass.</summary>
    public long Kept => Drops.Where(drop => drop.Load.Outcome == LoadOutcome.Loaded).Sum(drop => drop.Load.Quarantined);

    /// <summary>Drops that break the contract as it is now; they stay as they were.</summary>
    public IReadOnlyList<ReplayedDrop> Refused => [.. Drops.Where(drop => drop.Load.Outcome == LoadOutcome.Refused)];

    /// <summary>In words.</summary>
    public override string ToString() => Drops.Count + Notes.Count == 0
        ? "There is nothing in quarantine."
        : $"Rows released: {Released}. Rows that stay in quarantine: {Kept}."
            + (Released > 0 ? " The next run publishes what was released." : "")
            + (Refused.Count > 0 ? $" Refused drops: {string.Join(", ", Refused.Select(drop => drop.Load.Path))}."
            : "");
}
