using System.Text.Json;

namespace Greenery.Models.Planning;

/// <summary>
/// <c>ops.run_model.read_versions</c>: by model, its table and version, as
/// <c>{"dim_users": ["dim_users__3f9a", 17]}</c>.
/// </summary>
internal static class ReadVersionsJson
{
    /// <summary>The versions; empty for null, of runs that did not write them down.</summary>
    public static IReadOnlyDictionary<string, ModelVersion> Parse(string? json)
    {
        if (json is null)
        {
            return new Dictionary<string, ModelVersion>();
        }
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(
            model => model.Name,
            model => new ModelVersion(model.Value[0].GetString()!, model.Value[1].GetInt64()),
            StringComparer.Ordinal);
    }

    /// <summary>The versions as JSON.</summary>
    public static string Write(IReadOnlyDictionary<string, ModelVersion> versions) => JsonSerializer.Serialize(
        versions.ToDictionary(model => model.Key, model => new object[] { model.Value.Table, model.Value.Version }));
}
