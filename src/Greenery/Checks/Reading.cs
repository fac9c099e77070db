namespace Greenery.Checks;

/// <summary>One number of a table's rows.</summary>
/// <param name="Category">What it is of, where a check has several; empty otherwise.</param>
/// <param name="Aggregate">SQL aggregate, such as <c>count(*)</c>.</param>
/// <param name="Condition">SQL condition: only rows that meet it are aggregated; null for all.</param>
/// <param name="Of">SQL aggregate for the rows it is a share of, or was taken of.</param>
public sealed record Reading(string Category, string Aggregate, string? Condition, string Of)
{
    /// <summary>Whether it is a number of rows or values, which is 0 where there is no row.</summary>
    internal bool IsCount => Aggregate.StartsWith("count(", StringComparison.Ordinal);

    /// <summary>SQL for the number, of rows that meet a further condition.</summary>
    internal string Value(string? where) => Filtered(Aggregate, Condition, where);

    /// <summary>SQL for the rows it is of.</summary>
    internal string Rows(string? where) => Filtered(Of, null, where);

    private static string Filtered(string aggregate, params ReadOnlySpan<string?> conditions)
    {
        var all = string.Join(" and ", conditions.ToArray().OfType<string>().Select(condition => $"({condition})"));
        return all.Length == 0 ? aggregate : $"{aggregate} filter (where {all})";
    }
}
