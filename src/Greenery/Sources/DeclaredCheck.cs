namespace Greenery.Sources;

/// <summary>A check as the property file has it; folder Checks knows what it means.</summary>
/// <param name="Column">The column it is declared under; null for a check of the table, model or metric.</param>
/// <param name="Kind">Its name in the file.</param>
/// <param name="Properties">The mapping below the name.</param>
public sealed record DeclaredCheck(string? Column, string Kind, PropertyMap Properties)
{
    private const string Package = "dbt_utils.";

    // Those of the package that are kinds of check here, under the same name and with the same meaning.
    private static readonly string[] OfPackage =
        ["accepted_range", "expression_is_true", "not_null_where", "unique_combination_of_columns", "unique_where"];

    /// <summary>Words to find it by, besides those of its model and its own: those of its column.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether it is a constraint of a contract.</summary>
    public bool IsConstraint { get; init; }

    /// <summary>
    /// The <c>data_tests</c> of a column, table, model or metric; <c>tests</c> is dbt's older name of the list.
    /// </summary>
    public static IReadOnlyList<DeclaredCheck> Read(
        PropertyMap map, string? column, IReadOnlyList<string>? tags = null)
    {
        if (map.Has("data_tests") && map.Has("tests"))
        {
            map.Refuse("has 'data_tests' and 'tests', two names of one list; expected all checks under 'data_tests'.");
        }
        return [.. map.NamedMaps("data_tests").Concat(map.NamedMaps("tests"))
            .Select(test => new DeclaredCheck(column, Bare(test.Name), test.Map) { Tags = tags ?? [] })];
    }

    /// <summary>The names that a kind of check has in files: its own, and the package's.</summary>
    internal static IEnumerable<string> NamesOf(string kind) =>
        OfPackage.Contains(kind) ? [kind, Package + kind] : [kind];

    private static string Bare(string kind) =>
        kind.StartsWith(Package, StringComparison.Ordinal) && OfPackage.Contains(kind[Package.Length..])
            ? kind[Package.Length..] : kind;
}
