using System.Buffers;

namespace Greenery.Models;

/// <summary>
/// Chooses models as dbt's <c>--select</c> does: <c>m</c>, <c>m+</c> with all that read it, <c>+m</c> with all that it
/// reads, <c>+m+</c> with both; several give all of theirs together.
/// </summary>
public static class ModelSelection
{
    /// <summary>For messages: what is expected.</summary>
    public const string Forms =
        "a model (m), with all that read it (m+), with all that it reads (+m), or with both (+m+)";

    // What dbt has besides; no name of a model has one of these.
    private static readonly SearchValues<char> OfOtherForms = SearchValues.Create("+,:*@/");

    /// <summary>The models, in the order of building; all of them where nothing is chosen.</summary>
    /// <param name="catalogue">The project's models.</param>
    /// <param name="selectors">What is chosen, as it is typed.</param>
    /// <param name="option">For messages: where it is typed.</param>
    /// <exception cref="ConfigurationException">A selector names no model; all of them at once.</exception>
    public static IReadOnlyList<Model> Of(
        ModelCatalogue catalogue, IReadOnlyList<string> selectors, string option = "--select")
    {
        var diagnostics = new List<Diagnostic>();
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var selector in selectors)
        {
            try
            {
                chosen.UnionWith(OfOne(catalogue, selector, option));
            }
            catch (ConfigurationException exception)
            {
                diagnostics.AddRange(exception.Diagnostics);
            }
        }
        return diagnostics.Count > 0 ? throw new ConfigurationException(diagnostics)
            : selectors.Count == 0 ? catalogue.Models
            : [.. catalogue.Models.Where(model => chosen.Contains(model.Name))];
    }

    /// <summary>The models that read one of some, directly or through others.</summary>
    public static IReadOnlyList<Model> ReadersOf(ModelCatalogue catalogue, IEnumerable<string> names)
    {
        var known = names.ToHashSet(StringComparer.Ordinal);
        // In the order of building, a model comes after all that it reads.
        return [.. catalogue.Models.Where(model => model.Models.Any(known.Contains) && known.Add(model.Name))];
    }

    private static IEnumerable<string> OfOne(ModelCatalogue catalogue, string selector, string option)
    {
        var (hasParents, hasChildren) = (selector.StartsWith('+'), selector.Length > 1 && selector.EndsWith('+'));
        var name = selector[(hasParents ? 1 : 0)..(hasChildren ? ^1 : ^0)];
        if (name.AsSpan().ContainsAny(OfOtherForms) || name.Length == 0)
        {
            throw new ConfigurationException(option, $"'{selector}' selects nothing; expected {Forms}. Several are "
                + "separated by blanks, and give the models of all of them.");
        }
        var model = catalogue.Named(option, name);
        return
        [
            model.Name,
            .. hasParents ? ParentsOf(catalogue, model) : [],
            .. hasChildren ? ReadersOf(catalogue, [model.Name]).Select(reader => reader.Name) : [],
        ];
    }

    private static HashSet<string> ParentsOf(ModelCatalogue catalogue, Model model)
    {
        var found = model.Models.ToHashSet(StringComparer.Ordinal);
        foreach (var parent in catalogue.Models.Reverse().Where(parent => found.Contains(parent.Name)))
        {
            found.UnionWith(parent.Models);
        }
        return found;
    }
}
