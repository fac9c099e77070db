namespace Greenery.Staging.Discovery;

/// <summary>What the store holds.</summary>
/// <param name="Pending">To be loaded, by date and path.</param>
/// <param name="Notes">Files that are no drops of a known table, and what to do about them.</param>
/// <param name="NewestDate">Of all drops up to the date asked for, loaded or not; null when there are none.</param>
public sealed record DiscoveredDrops(
    IReadOnlyList<PendingDrop> Pending, IReadOnlyList<Diagnostic> Notes, DateOnly? NewestDate)
{
    /// <summary>Paths of drops that are left for later, because they are of a later date than was asked for.</summary>
    public IReadOnlyList<string> Later { get; init; } = [];

    /// <summary>What else in the store cannot be read: folders that cannot be entered, odd names.</summary>
    public IReadOnlyList<Diagnostic> Others { get; init; } = [];

    /// <summary>How many files <see cref="Notes"/> is about: not all have one of their own.</summary>
    public long UnloadedFiles { get; init; }

    /// <summary>
    /// All notes, and one on drops from the future: where all up to today was asked for, a misspelt year must not wait
    /// in silence until it comes.
    /// </summary>
    public IEnumerable<Diagnostic> NotesFor(DateOnly today) =>
        [.. Notes, .. Others, .. Later.Count == 0 ? [] : new[] { FutureNote(today) }];

    private Diagnostic FutureNote(DateOnly today) => new(
        Later[0],
        $"is not loaded: it is dated after today ({today:yyyy-MM-dd}, UTC)"
            + $"{(Later.Count == 1 ? "" : $", and so are {Later.Count - 1} more")}. "
        + "It is loaded when its day has come; correct its folder's name if that is wrong.");
}
