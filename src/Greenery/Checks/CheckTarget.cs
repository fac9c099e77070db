using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>Which rows of a model are checked.</summary>
/// <param name="SearchPath">What bare names in checks are resolved by.</param>
/// <param name="AllRows">SQL for a table with all rows of the version.</param>
public sealed record CheckTarget(string SearchPath, string AllRows)
{
    /// <summary>The business date that is compared with others; null where no run looks at it.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>The columns of the model's key when a unique index holds it already; empty otherwise.</summary>
    public IReadOnlyList<string> UniqueKey { get; init; } = [];

    /// <summary>
    /// What differs from the version readers see, and what checks counted there; null when all rows have to be looked
    /// at.
    /// </summary>
    internal RowChanges? Changes { get; init; }

    /// <summary>What checks are counted of, to be found by the run after; null where no run looks at it.</summary>
    internal CountedVersion? Counted { get; init; }

    /// <summary>A run's version, before it is published.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="planned">The model's version.</param>
    /// <param name="isKeyUnique">Whether a unique index holds the model's key.</param>
    public static CheckTarget OfRun(long runId, PlannedModel planned, bool isKeyUnique)
    {
        var schema = new RunSchema(runId);
        return new CheckTarget(schema.SearchPath, SqlText.Name(schema.Name, planned.Model.Name))
        {
            UniqueKey = isKeyUnique ? planned.Model.UniqueKey : [],
        };
    }

    /// <summary>What readers see.</summary>
    public static CheckTarget OfReaders(Model model) =>
        new($"{model.Marts.SearchPath}, staging", model.QualifiedName);

    /// <summary>
    /// The check in its cheapest form: uniqueness that an index holds needs no look at the rows but a count.
    /// </summary>
    public CheckRule RuleOf(Check check) =>
        check.Rule is SetCheckRule { IsUnique: true } rule && UniqueKey.Count > 0
            && rule.Columns.ToHashSet(StringComparer.Ordinal).SetEquals(UniqueKey)
        ? new RowCheckRule(string.Join(" and ", rule.Columns.Select(column => $"{SqlText.Name(column)} is not null")),
        "false")
        : check.Rule;
}
