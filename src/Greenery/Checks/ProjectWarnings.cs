using Greenery.Models;
using Greenery.Models.Sql;

namespace Greenery.Checks;

/// <summary>What works and is likely to be a slip: for <c>greenery validate</c>.</summary>
public static class ProjectWarnings
{
    /// <summary>Metrics that may return several rows; models without an owner or a check of a unique key.</summary>
    public static IReadOnlyList<Diagnostic> Find(
        ModelCatalogue catalogue, IReadOnlyList<Check> checks, IReadOnlyList<Metric> metrics)
    {
        var rows = new OneRow(catalogue);
        var unique = checks.Where(check => check.Rule is SetCheckRule { IsUnique: true })
            .Select(check => check.Model.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. metrics.Where(metric => metric.Days is null && !rows.Returns(SqlTokenizer.Tokenize(metric.Sql)))
                .Select(metric => new Diagnostic(metric.File, "may return several rows, of which none would be taken: "
                    + "expected one row, such as of sum() or count() without 'group by', or a column 'day' beside "
                    + "'value'.")),
            .. catalogue.Models
                .Select(model => (model, Lacks(model, unique.Contains(model.Name) || rows.Returns(model))))
                .Where(found => found.Item2.Length > 0)
                .Select(found => new Diagnostic(found.model.File, found.Item2)),
        ];
    }

    private static string Lacks(Model model, bool hasKey)
    {
        string?[] lacks =
        [
            model.Owner is null ? "no owner, who would be notified of it (meta: {owner: ...})" : null,
            hasKey ? null : "no check of a unique key, such as unique or unique_combination_of_columns",
        ];
        var said = string.Join("; ", lacks.OfType<string>());
        return said.Length == 0 ? "" : $"has {said}.";
    }
}
