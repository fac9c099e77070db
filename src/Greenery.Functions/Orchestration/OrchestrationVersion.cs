using System.Text.Json;

namespace Greenery.Functions.Orchestration;

/// <summary>
/// The version of the orchestrations that this host does, as the Functions host reads it: <c>defaultVersion</c> in the
/// host.json beside the program.
/// </summary>
internal static class OrchestrationVersion
{
    public static string Current { get; } = Read(Path.Combine(AppContext.BaseDirectory, "host.json"));

    private static string Read(string file)
    {
        using var settings = JsonDocument.Parse(File.ReadAllBytes(file));
        return settings.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("defaultVersion")
            .GetString()!;
    }
}
