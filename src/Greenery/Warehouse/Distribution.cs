namespace Greenery.Warehouse;

/// <summary>
/// Where the rows of a table are on a cluster (Citus): spread over its nodes by the value of a column
/// (<c>config: distributed_by: user_id</c>), or all of them on every node, as a reference table (<c>config: reference:
/// true</c>). On a single server it means nothing.
/// </summary>
/// <param name="Column">Rows with the same value of it are on the same node; null for a reference table.</param>
public sealed record Distribution(string? Column)
{
    /// <summary>All rows are on every node.</summary>
    public static Distribution Reference { get; } = new(Column: null);

    /// <summary>Whether all rows are on every node.</summary>
    public bool IsReference => Column is null;

    /// <summary>The key that it is written under, for messages.</summary>
    internal string Key => IsReference ? "reference" : "distributed_by";

    public override string ToString() => IsReference ? "reference" : $"distributed by {Column}";
}
