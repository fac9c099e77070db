using Greenery.Models;
using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>What a check asks of the rows of a model.</summary>
public abstract record CheckRule
{
    /// <summary>The rule's SQL, from which the tables it reads are found.</summary>
    internal abstract string Sql { get; }

    /// <summary>What is expected of a row or of all rows, for people; empty when the kind says enough.</summary>
    internal string Expected { get; init; } = "";
}

/// <summary>A question to each row by itself; all of a model's are answered in one scan.</summary>
/// <param name="LookedAt">SQL condition: is the row looked at?</param>
/// <param name="Failing">SQL condition on the rows looked at: is it an offender? Null is no.</param>
public sealed record RowCheckRule(string LookedAt, string Failing) : CheckRule
{
    internal override string Sql => $"select where ({LookedAt}) and ({Failing})";
}

/// <summary>A question to all rows together.</summary>
/// <param name="Count">SQL: one row with <c>looked_at</c> and <c>failing</c> (bigint), from a table called
/// <c>t</c>.</param>
/// <param name="Offenders">SQL: the failing rows, from a table called <c>t</c>.</param>
public sealed record SetCheckRule(string Count, string Offenders) : CheckRule
{
    /// <summary>The columns of a uniqueness rule; empty for others.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Of a uniqueness rule: SQL condition, is the row looked at?</summary>
    internal string LookedAt { get; init; } = "true";

    /// <summary>Whether it asks for nothing but that the columns are unique.</summary>
    public bool IsUnique { get; init; }

    /// <summary>What a rule of relationships points to; null for others.</summary>
    internal RelatedRows? Related { get; init; }

    /// <summary>
    /// SQL: a comma, and an expression of a <c>with</c> clause, which gives a name in <see cref="Count"/> and
    /// <see cref="Offenders"/> other rows; empty where all names mean what they say. The check's condition on rows does
    /// not see it.
    /// </summary>
    internal string Named { get; init; } = "";

    /// <summary>Whether later runs are compared with what <see cref="Count"/> returns as <c>counted</c>.</summary>
    public bool KeepsCount { get; init; }

    /// <summary>What <see cref="Count"/> returns besides, all bigint; <c>counted</c> is the first.</summary>
    internal IReadOnlyList<string> Numbers { get; init; } = [];

    /// <summary>Says in words what these numbers come to; null where rows looked at and failing say it.</summary>
    internal Func<IReadOnlyList<long>, string>? Explain { get; init; }

    internal override string Sql => Count;

    public override string ToString() => $"{Count} {Offenders}";
}

/// <summary>Each row of a column points to a row of a model or source table.</summary>
/// <param name="Column">The column of the rows that are checked.</param>
/// <param name="To">The model or source table.</param>
/// <param name="Field">Its column.</param>
/// <param name="Place">Where its rows are on a cluster; null for the coordinator, and for a view.</param>
internal sealed record RelatedRows(string Column, string To, string Field, Distribution? Place)
{
    /// <summary>
    /// Whether each node of a cluster has the rows that its rows of a model point to.
    /// </summary>
    public bool IsBeside(Model model) => Place is { IsReference: true }
        || (Place?.Column == Field && model.Distribution?.Column == Column);

    /// <summary>
    /// SQL (<see cref="SetCheckRule.Named"/>): its values, sent to all nodes. Citus refuses a <c>not exists</c> between
    /// tables that are distributed otherwise.
    /// </summary>
    public string OnAllNodes =>
        $", {SqlText.Name(To)} as materialized (select distinct {SqlText.Name(Field)} from {SqlText.Name(To)})";
}
