using Greenery.Sources;

namespace Greenery.Models;

/// <summary>
/// What models need of source tables whose old rows are removed (<c>config: keep</c>). A model by key keeps the rows of
/// keys that have lost source rows as they were computed. Any other one computes from what there is, so that it has to
/// say how much of it it needs.
/// </summary>
internal static class RetentionNeeds
{
    /// <summary>Reads <c>config: needs</c>; empty when there is none.</summary>
    public static IReadOnlyDictionary<string, RetentionPeriod> Read(Model model, PropertyMap? map)
    {
        var needs = new Dictionary<string, RetentionPeriod>(StringComparer.Ordinal);
        foreach (var source in map?.Keys.ToList() ?? [])
        {
            if (!model.Sources.Contains(source))
            {
                map!.RefuseAt(map.Reference(source)?.Place ?? map.Place,
                    $"needs of {model} names '{source}', which is no source table that {model.File} reads; it reads "
                    + $"{(model.Sources.Count == 0 ? "none" : string.Join(", ", model.Sources))}."
                    + Suggestion.Sentence(source, model.Sources));
            }
            else if (RetentionPeriod.Read(map!, source) is { } need)
            {
                needs[source] = need;
            }
        }
        return needs;
    }

    /// <summary>Adds a fault for each table that is kept for less than a model needs.</summary>
    public static void Verify(
        IEnumerable<Model> models, IReadOnlyList<SourceTable> sources, ICollection<Diagnostic> diagnostics)
    {
        foreach (var model in models)
        {
            foreach (var source in sources
                .Where(source => source.Keep is not null && model.Sources.Contains(source.Name)))
            {
                if (Shortfall(model, source) is { } shortfall)
                {
                    diagnostics.Add(new Diagnostic(
                        source.KeepPlace,
                        $"'keep: {source.Keep}' of '{source.Name}' is shorter than {model} needs: {shortfall}"));
                }
            }
        }
    }

    /// <summary>
    /// Whether the model leads changed rows of a source table to its keys, so that rows of keys can be kept as they
    /// were.
    /// </summary>
    public static bool CanClose(Model model, string source) =>
        model.IsByKey && model.Inputs.Any(input => input.Name == source && !input.IsLookup);

    private static string? Shortfall(Model model, SourceTable source) =>
        model.Needs.TryGetValue(source.Name, out var need)
            ? source.Keep!.IsShorterThan(need)
                ? $"'needs: {{{source.Name}: {need}}}' in its config; expected to keep at least that."
                : null
        : CanClose(model, source.Name) ? null
        : $"{model.File} reads all rows that there are. Make it a model by key whose input {source.Name} leads to its "
            + "key: it keeps what it has computed. Or say in its config how far back it needs them (needs: "
            + $"{{{source.Name}: {source.Keep}}}): what is older leaves it.";
}
