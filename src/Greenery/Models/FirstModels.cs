using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Models;

/// <summary>Writes the models that a project begins with: each source table as it is, checked by its key.</summary>
public static class FirstModels
{
    private const string Prefix = "current_";
    private const int LongestName = 40;

    /// <summary>The files, by their paths in the sql folder.</summary>
    /// <param name="tables">The contract.</param>
    public static IReadOnlyList<(string Path, string Text)> Of(IReadOnlyList<SourceTable> tables)
    {
        var named = tables.Select((table, at) => (Name: NameOf(table, tables, at), Table: table)).ToList();
        return named.Count == 0 ? [] :
        [
            .. named.Select(model => ($"core/{model.Name}.sql", Select(model.Table))),
            ("core/core.yml", "version: 2\nmodels:\n" + string.Concat(named.Select(Properties))),
            .. named.Select(model => ($"metrics/{model.Name}_rows.sql", Metric(model.Name, model.Table))),
        ];
    }

    // Names of models and source tables are used bare, so none may be another's.
    private static string NameOf(SourceTable table, IReadOnlyList<SourceTable> tables, int at)
    {
        var name = Prefix + table.Name;
        return name.Length <= LongestName && tables.All(other => other.Name != name) ? name : $"{Prefix}table_{at + 1}";
    }

    private static string Select(SourceTable table) =>
        $"-- One row per {string.Join(" and ", table.PrimaryKey)} of {table.Name}, as the newest drop that has it "
        + "says.\n"
        + "select\n"
        + string.Join(",\n", table.Columns.Select(column => $"    {Quoted(column.Name)}"))
        + $"\nfrom {table.Name}\n";

    private static string Properties((string Name, SourceTable Table) model)
    {
        var key = model.Table.PrimaryKey;
        var text = $"  - name: {model.Name}\n"
            + $"    description: The rows of {model.Table.Name}, as the newest drop says.\n";
        if (key.Count > 1)
        {
            text += "    data_tests:\n      - unique_combination_of_columns: {combination_of_columns: "
                + $"[{string.Join(", ", key)}]}}\n";
        }
        return text + "    columns:\n" + string.Concat(key.Select(column =>
            $"      - name: {column}\n        data_tests: [{(key.Count > 1 ? "" : "unique, ")}not_null]\n"));
    }

    private static string Metric(string model, SourceTable table) =>
        $"-- Rows of {table.Name} (count): rows of {model}.\nselect count(*)::numeric as value from core.{model}\n";

    private static string Quoted(string column) =>
        SourceCatalogue.IsPlainName(column) ? column : SqlText.Name(column);
}
