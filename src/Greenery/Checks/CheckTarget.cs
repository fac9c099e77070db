using Greenery.Models;
using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>Which rows of a model are checked.</summary>
/// <param name="SearchPath">What bare names in checks are resolved by.</param>
/// <param name="AllRows">SQL for a table with all rows of the version.</param>
/// <param name="NewRows">SQL for a table with the rows that are new in it, when the others were checked before by the same
/// rules; null when all have to be looked at.</param>
/// <param name="Key">The columns by which new rows replaced old ones.</param>
public sealed record CheckTarget(string SearchPath, string AllRows, string? NewRows, IReadOnlyList<string> Key)
{
    /// <summary>A run's version, before it is published.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="planned">The model's version.</param>
    /// <param name="areRulesTheSame">Whether what readers see was judged by the same checks.</param>
    public static CheckTarget OfRun(long runId, PlannedModel planned, bool areRulesTheSame)
    {
        var schema = new RunSchema(runId);
        return new CheckTarget(
            schema.SearchPath,
            Sql.Name(schema.Name, planned.Model.Name),
            planned.IsDelta && areRulesTheSame ? ModelSql.NewRows(planned) : null,
            planned.Model.Strategy == IncrementalStrategy.Merge ? planned.Model.UniqueKey : []);
    }

    /// <summary>What readers see.</summary>
    public static CheckTarget OfReaders(Model model) => new(
        $"{string.Join(", ", Marts.InOrder)}, staging", Sql.Name(model.Mart, model.Name), null, []);

    /// <summary>The rows a check has to look at.</summary>
    public string RowsFor(Check check) => NewRows is not null && check.Rule switch
    {
        RowRule or SetRule { Reach: CheckReach.NewRows } => true,
        SetRule { Reach: CheckReach.NewRowsOfKey } rule => rule.Columns.ToHashSet().SetEquals(Key),
        _ => false,
    } ? NewRows : AllRows;
}
