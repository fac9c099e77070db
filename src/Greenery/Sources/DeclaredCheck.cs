namespace Greenery.Sources;

/// <summary>A check as the property file has it; folder Checks knows what it means.</summary>
/// <param name="Column">The column it is declared under; null for a check of the table, model or metric.</param>
/// <param name="Kind">Its name in the file.</param>
/// <param name="Properties">The mapping below the name.</param>
public sealed record DeclaredCheck(string? Column, string Kind, PropertyMap Properties)
{
    /// <summary>The <c>data_tests</c> of a column, table, model or metric.</summary>
    public static IReadOnlyList<DeclaredCheck> Read(PropertyMap map, string? column) =>
        [.. map.NamedMaps("data_tests").Select(test => new DeclaredCheck(column, test.Name, test.Map))];
}
