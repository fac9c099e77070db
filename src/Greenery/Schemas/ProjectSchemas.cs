using Greenery.Sources;

namespace Greenery.Schemas;

/// <summary>
/// JSON Schemas of the files that people write, generated from the code that reads them: an editor completes keys by
/// them, and marks those that no reader knows.
/// </summary>
public static class ProjectSchemas
{
    /// <summary>The files that there is a schema of.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["sources", "models", "project", "metrics", "exposures", "settings"];

    /// <summary>The name of a schema's file: <c>sources.schema.json</c>.</summary>
    public static string FileOf(string name) => $"{name}.schema.json";

    /// <summary>The text of a schema of <see cref="Names"/>.</summary>
    public static string Write(string name) => WriteAll([name])[name];

    /// <summary>The texts of all of them, by name.</summary>
    public static IReadOnlyDictionary<string, string> WriteAll() => WriteAll(Names);

    private static Dictionary<string, string> WriteAll(IEnumerable<string> names)
    {
        var shapes = new Lazy<IReadOnlyDictionary<string, PropertyShape>>(ProjectShapes.Read);
        return names.ToDictionary(name => name, name => name switch
        {
            "settings" => JsonSchema.Write("Greenery: greenery.settings.json", SettingsSchema.Create()),
            "models" => JsonSchema.Write("Greenery: a mart's .yml", JsonSchema.Of(shapes.Value[name])),
            _ => JsonSchema.Write($"Greenery: {name}.yml", JsonSchema.Of(shapes.Value[name])),
        });
    }
}
