using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>Which rows of a model are checked.</summary>
/// <param name="SearchPath">What bare names in checks are resolved by.</param>
/// <param name="AllRows">SQL for a table with all rows of the version.</param>
/// <param name="NewRows">SQL for a table with the rows that are new in it, when the others were checked before by the
/// same rules; null when all have to be looked at.</param>
/// <param name="Key">The columns by which new rows replaced old ones.</param>
/// <param name="IsKeyUnique">Whether a unique index holds the key already.</param>
public sealed record CheckTarget(
    string SearchPath, string AllRows, string? NewRows, IReadOnlyList<string> Key, bool IsKeyUnique)
{
    /// <summary>The business date that is compared with others; null where no run looks at it.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>A run's version, before it is published.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="planned">The model's version.</param>
    /// <param name="areRulesTheSame">Whether what readers see was judged by the same checks.</param>
    /// <param name="isKeyUnique">Whether a unique index holds the model's key.</param>
    public static CheckTarget OfRun(long runId, PlannedModel planned, bool areRulesTheSame, bool isKeyUnique)
    {
        var schema = new RunSchema(runId);
        return new CheckTarget(
            schema.SearchPath,
            SqlText.Name(schema.Name, planned.Model.Name),
            planned.IsDelta && areRulesTheSame ? ModelSql.NewRows(planned) : null,
            ModelSql.HoldsUniqueKey(planned.Model) ? planned.Model.UniqueKey : [],
            isKeyUnique);
    }

    /// <summary>What readers see.</summary>
    public static CheckTarget OfReaders(Model model) => new(
        $"{string.Join(", ", Marts.InOrder)}, staging", model.QualifiedName, null, [],
        IsKeyUnique: false);

    /// <summary>
    /// The check in its cheapest form: uniqueness that an index holds needs no look at the rows but a count.
    /// </summary>
    public CheckRule RuleOf(Check check) =>
        IsKeyUnique && check.Rule is SetCheckRule { Reach: CheckReach.NewRowsOfKey } rule && IsKey(rule)
        ? new RowCheckRule(string.Join(" and ", rule.Columns.Select(column => $"{SqlText.Name(column)} is not null")),
        "false")
        : check.Rule;

    /// <summary>The rows a check has to look at.</summary>
    /// <remarks>
    /// New ones only where no other row can fail, because any failing row would have stopped the run that brought it: a
    /// check that allows some, or only warns, counts them all.
    /// </remarks>
    public string RowsFor(Check check) =>
        NewRows is not null && !check.NeedsAllRows && check.Severity == Severity.Error && check.ErrorIf == Threshold.Any
        && check.Rule switch
    {
        RowCheckRule or SetCheckRule { Reach: CheckReach.NewRows } => true,
        SetCheckRule { Reach: CheckReach.NewRowsOfKey } rule => IsKey(rule),
        _ => false,
    } ? NewRows : AllRows;

    private bool IsKey(SetCheckRule rule) => rule.Columns.ToHashSet(StringComparer.Ordinal).SetEquals(Key);
}
