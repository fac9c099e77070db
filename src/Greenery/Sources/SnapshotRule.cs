namespace Greenery.Sources;

/// <summary>
/// A drop of the table is the complete table: rows it does not have are gone. They stay in staging, with the date of
/// the first drop that lacked them in <c>_gone_since</c>, and come back by appearing again.
/// </summary>
/// <param name="Brake">More rows than this gone at once refuse the drop: it is more likely cut short than true.</param>
public sealed record SnapshotRule(RejectLimit Brake)
{
    /// <summary>20% of the rows that were there.</summary>
    public static SnapshotRule Default { get; } = new(new RejectLimit(null, 20));
}
