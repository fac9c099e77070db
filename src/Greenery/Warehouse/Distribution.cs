namespace Greenery.Warehouse;

/// <summary>
/// Where the rows of a table are on a cluster (Citus): spread over its nodes by the value of a column
/// (<c>config: distributed_by: user_id</c>), or all of them on every node, as a reference table (<c>config: reference:
/// true</c>). On a single server it means nothing.
/// </summary>
/// <param name="Column">Rows with the same value of it are on the same node; null for a reference table.</param>
public sealed record Distribution(string? Column)
{
    // What messages expect.
    private const string Form = "one column (user_id)";

    /// <summary>All rows are on every node.</summary>
    public static Distribution Reference { get; } = new(Column: null);

    /// <summary>Whether all rows are on every node.</summary>
    public bool IsReference => Column is null;

    /// <summary>
    /// Reads <c>distributed_by</c> or <c>reference: true</c>; null when there is neither, and, with a diagnostic, when
    /// they are wrong.
    /// </summary>
    /// <param name="map">The configuration that may have it.</param>
    public static Distribution? Read(PropertyMap map)
    {
        var isReference = map.Flag("reference");
        if (map.Reference("distributed_by", Form) is not { Name: var column, Place: var place })
        {
            return isReference ? Reference : null;
        }
        if (isReference)
        {
            map.RefuseAt(place, $"has 'distributed_by: {column}' and 'reference: true'; expected one of them: rows are "
                + "spread over the nodes by a column, or all of them are on every node.");
            return null;
        }
        var names = column.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names is [var name])
        {
            return new Distribution(name);
        }
        var found = names.Length == 0 ? "no column" : $"{names.Length} columns";
        map.RefuseAt(place, $"'distributed_by: {column}' names {found}; expected {Form}.");
        return null;
    }

    /// <summary>The key that it is written under, for messages.</summary>
    internal string Key => IsReference ? "reference" : "distributed_by";

    public override string ToString() => IsReference ? "reference" : $"distributed by {Column}";
}
