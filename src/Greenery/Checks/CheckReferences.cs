using Greenery.Models;
using Greenery.Models.Sql;

namespace Greenery.Checks;

/// <summary>
/// Finds the models and source tables that a check's SQL names, by the reader that models are read by.
/// </summary>
internal static class CheckReferences
{
    /// <summary>The check with what it reads; a reference that names a schema is refused.</summary>
    public static Check Resolve(Check check, ModelCatalogue catalogue, ICollection<Diagnostic> diagnostics)
    {
        try
        {
            var sql = check.Where is { } where
                ? $"{check.Rule.Sql}\nunion all select where ({where}\n)"
                : check.Rule.Sql;
            var tables = SqlReferences.Find(SqlTokenizer.Tokenize(sql)).Tables;
            Verify(check, tables, catalogue.Marts, diagnostics);
            return check with
            {
                Reads = [.. tables.Select(table => NameOf(table, catalogue)).OfType<string>().Distinct()],
            };
        }
        catch (SqlTokenException exception)
        {
            diagnostics.Add(
                new Diagnostic(check.Place, $"the SQL of check '{check.Id}' cannot be read: {exception.Message}."));
            return check;
        }
    }

    // With its mart, a name means the version readers see, and not the one the run is about to publish.
    private static void Verify(
        Check check, IReadOnlyList<TableReference> tables, Marts marts, ICollection<Diagnostic> diagnostics)
    {
        foreach (var table in tables.Where(table =>
            table.Schema is { } schema && (schema == "staging" || marts.Has(schema))))
        {
            diagnostics.Add(new Diagnostic(
                check.Place, $"check '{check.Id}' reads '{table.Schema}.{table.Name}'; expected a bare name "
                + $"({table.Name}), so that the run's own version is read."));
        }
    }

    private static string? NameOf(TableReference table, ModelCatalogue catalogue) =>
        catalogue.Find(table.Name)?.Name
        ?? catalogue.Sources.FirstOrDefault(source => source.IsReadAs(table.Name))?.Name;
}
