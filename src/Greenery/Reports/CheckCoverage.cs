using Greenery.Models;

namespace Greenery.Reports;

/// <summary>How many columns of a mart, or of the source tables, have a check of their own.</summary>
/// <param name="Mart">The mart; <c>staging</c> for source tables.</param>
/// <param name="Columns">How many there are.</param>
/// <param name="Checked">How many of them have one.</param>
/// <param name="Without">By table those that have none.</param>
public sealed record CheckCoverage(
    string Mart, int Columns, int Checked, IReadOnlyList<(string Table, IReadOnlyList<string> Columns)> Without)
{
    /// <summary>Of 1; 0 without columns.</summary>
    public decimal Share => Columns == 0 ? 0 : (decimal)Checked / Columns;

    /// <summary>In the order of the data's flow; without marts that have no column.</summary>
    public static IReadOnlyList<CheckCoverage> Of(ReportData data)
    {
        var examined = data.Project.Checks.Where(check => check is { Column: not null, Metric: null })
            .Select(check => (check.Model.Name, check.Column!)).ToHashSet();
        var tables = data.Project.Catalogue.Sources
            .Select(source => (Mart: "staging", source.Name, Columns: source.Columns.Select(column => column.Name)))
            .Concat(data.Project.Catalogue.Marts.InOrder
                .SelectMany(mart => data.Project.Catalogue.Models.Where(model => model.Mart == mart))
                .Select(model => (model.Mart, model.Name, Columns: ColumnsOf(data, model))));
        return [.. tables.GroupBy(table => table.Mart)
            .Select(mart => Of(mart.Key, [.. mart.Select(table => (table.Name, table.Columns))], examined))
            .Where(coverage => coverage.Columns > 0)];
    }

    private static CheckCoverage Of(
        string mart, IReadOnlyList<(string Name, IEnumerable<string> Columns)> tables,
        HashSet<(string, string)> examined)
    {
        var split = tables.Select(table => (table.Name, All: table.Columns.ToList(),
            Without: table.Columns.Where(column => !examined.Contains((table.Name, column))).ToList())).ToList();
        return new CheckCoverage(
            mart, split.Sum(table => table.All.Count), split.Sum(table => table.All.Count - table.Without.Count),
            [.. split.Where(table => table.Without.Count > 0)
                .Select(table => (table.Name, (IReadOnlyList<string>)table.Without))]);
    }

    // As readers see them; those that are only described before it is published.
    private static IEnumerable<string> ColumnsOf(ReportData data, Model model) =>
        data.ColumnsOf(model).Select(column => column.Name).Concat(model.Columns.Select(column => column.Name))
            .Distinct(StringComparer.Ordinal);
}
