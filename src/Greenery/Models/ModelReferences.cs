using Greenery.Sources;

namespace Greenery.Models;

/// <summary>Resolves the names models read: to models, to source tables, or to a fault with file and line.</summary>
internal static class ModelReferences
{
    public static List<Model> Resolve(List<ModelText> texts, IReadOnlyList<SourceTable> sources, ICollection<Fault> faults)
    {
        var models = texts.ToDictionary(text => text.Model.Name, text => text.Model, StringComparer.Ordinal);
        var tables = sources.Select(source => source.Name).ToHashSet(StringComparer.Ordinal);
        return [.. texts.Select(text =>
        {
            foreach (var (hidden, line) in text.CommonTables.Where(x => models.ContainsKey(x.Key) || tables.Contains(x.Key)))
            {
                faults.Add(new Fault($"{text.Model.File}:{line}", $"a with clause is called '{hidden}' like a {(tables.Contains(hidden) ? "source table" : "model")}, "
                    + "which it would hide; give it another name."));
            }
            foreach (var reference in text.Tables)
            {
                Verify(text.Model, reference, models, tables, faults);
            }
            var names = text.Tables.Where(table => table.Schema is null).Select(table => table.Name).Distinct().Order(StringComparer.Ordinal).ToList();
            return text.Model with { Models = [.. names.Where(models.ContainsKey)], Sources = [.. names.Where(tables.Contains)] };
        })];
    }

    private static void Verify(
        Model model, TableReference reference, Dictionary<string, Model> models, HashSet<string> tables, ICollection<Fault> faults)
    {
        var place = $"{model.File}:{reference.Line}";
        if (reference.Schema is { } schema)
        {
            faults.Add(new Fault(place, $"reads '{schema}.{reference.Name}'; expected a bare name ({reference.Name}), so that the run's own version is read."));
        }
        else if (models.TryGetValue(reference.Name, out var parent))
        {
            if (Marts.Rank(parent.Mart) > Marts.Rank(model.Mart))
            {
                faults.Add(new Fault(place, $"{model.Mart} reads '{reference.Name}' of {parent.Mart}, which is built later; a model may read "
                    + $"its own mart and those before it ({string.Join(", ", Marts.InOrder)})."));
            }
        }
        else if (!tables.Contains(reference.Name))
        {
            faults.Add(new Fault(place, $"reads '{reference.Name}', which is no model, source table or with clause."
                + Suggestion.Sentence(reference.Name, models.Keys.Concat(tables))));
        }
    }
}
