namespace Greenery.Sources;

/// <summary>
/// The drops of one date are the complete table together: rows that none of them has are gone. They stay in staging,
/// with the first complete date that lacked them in <c>_gone_since</c>, and come back by appearing again.
/// </summary>
/// <param name="Brake">More rows than this gone at once refuse the last drop of the date: it, or another one, is more
/// likely cut short than true.</param>
public sealed record SnapshotRule(RejectLimit Brake)
{
    /// <summary>20% of the rows that were there.</summary>
    public static SnapshotRule Default { get; } = new(new RejectLimit(null, 20));
}
