using Greenery.Models.Sql;
using Greenery.Sources;

namespace Greenery.Models;

/// <summary>Resolves the names models read: to models, to source tables, or to a fault with file and line.</summary>
internal static class ModelReferences
{
    public static List<Model> Resolve(
        List<ModelText> texts, IReadOnlyList<SourceTable> sources, ICollection<Diagnostic> diagnostics)
    {
        var models = texts.ToDictionary(text => text.Model.Name, text => text.Model, StringComparer.Ordinal);
        var tables = SourcesByName(sources);
        return [.. texts.Select(text =>
        {
            foreach (var (hidden, line) in text.CommonTables.Where(x =>
                models.ContainsKey(x.Key) || tables.ContainsKey(x.Key)))
            {
                VerifyHidden(text, hidden, line, tables.ContainsKey(hidden), diagnostics);
            }
            foreach (var reference in text.Tables)
            {
                Verify(text.Model, reference, models, tables, diagnostics);
            }
            var names = text.Tables.Where(table => table.Schema is null).Select(table => table.Name).Distinct()
                .Order(StringComparer.Ordinal).ToList();
            return text.Model with
            {
                Models = [.. names.Where(models.ContainsKey)],
                Sources = [.. names.Where(tables.ContainsKey).Select(name => tables[name]).Distinct()],
            };
        })];
    }

    // orders as (select * from orders) is clear, and so is a name whose table is not read at all.
    private static void VerifyHidden(
        ModelText text, string hidden, int line, bool isSource, ICollection<Diagnostic> diagnostics)
    {
        if (text.Tables.Any(table => table is { Schema: null, IsImport: false } && table.Name == hidden))
        {
            diagnostics.Add(new Diagnostic($"{text.Model.File}:{line}",
                $"a with clause is called '{hidden}' like a {(isSource ? "source table" : "model")}, which the select "
                + "reads as well; give it another name."));
        }
    }

    // A table's history is another name of the same source: it changes when the table's drops say something new.
    private static Dictionary<string, string> SourcesByName(IReadOnlyList<SourceTable> sources)
    {
        var names = sources.Select(source => source.Name).Distinct().ToDictionary(name => name, StringComparer.Ordinal);
        foreach (var source in sources.Where(source => source.HasHistory))
        {
            names.TryAdd(source.HistoryName, source.Name);
        }
        return names;
    }

    private static void Verify(
        Model model, TableReference reference, Dictionary<string, Model> models, Dictionary<string, string> tables,
        ICollection<Diagnostic> diagnostics)
    {
        var place = $"{model.File}:{reference.Line}";
        if (reference.Schema is { } schema)
        {
            diagnostics.Add(
                new Diagnostic(place,
                $"reads '{schema}.{reference.Name}'; expected a bare name ({reference.Name}), so that the run's own "
                + $"version is read."));
        }
        else if (models.TryGetValue(reference.Name, out var parent))
        {
            if (model.Marts.Rank(parent.Mart) > model.Marts.Rank(model.Mart))
            {
                diagnostics.Add(new Diagnostic(place,
                    $"{model.Mart} reads '{reference.Name}' of {parent.Mart}, which is built later; a model may read "
                    + $"its own mart and those before it ({model.Marts})."));
            }
        }
        else if (!tables.ContainsKey(reference.Name))
        {
            diagnostics.Add(
                new Diagnostic(place, $"reads '{reference.Name}', which is no model, source table or with clause."
                + Suggestion.Sentence(reference.Name, models.Keys.Concat(tables.Keys))));
        }
    }
}
