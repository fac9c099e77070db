using System.Text.Json;
using Greenery.Tests.Support;

namespace Greenery.Tests.Infra;

/// <summary>
/// The Bicep files, compiled, linted and worked out once for all tests. The compiler comes from NuGet the first time.
/// </summary>
internal static class Templates
{
    private const string Project = "infra/Bicep.csproj";

    private static readonly Lazy<Task<(int ExitCode, string Output)>> _build = new(() => DotNet.RunAsync(
        "build", Project, "-m:1", "-nodeReuse:false"));

    private static readonly Lazy<Task<IReadOnlyDictionary<string, Prediction>>> _predictions = new(PredictAsync);

    public static string Folder { get; } = Path.Combine(Repository.Top, "infra");

    public static IEnumerable<string> Files { get; } =
        Directory.GetFiles(Folder, "*.bicep", SearchOption.AllDirectories)
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal));

    /// <summary>What compiling and linting say; warnings are errors.</summary>
    public static Task<(int ExitCode, string Output)> BuildAsync() => _build.Value;

    /// <summary>A private installation with everything switched on.</summary>
    public static async Task<Prediction> PrivateAsync() => (await _predictions.Value)["private"];

    /// <summary>The same without a network of its own.</summary>
    public static async Task<Prediction> OpenAsync() => (await _predictions.Value)["open"];

    /// <summary>With required parameters only.</summary>
    public static async Task<Prediction> PlainAsync() => (await _predictions.Value)["plain"];

    private static async Task<IReadOnlyDictionary<string, Prediction>> PredictAsync()
    {
        await BuildAsync();
        using var folder = new TestDataFolder();
        var all = """
            param allowedAddresses = '203.0.113.7, 198.51.100.0/28'
            param uploaderId = '22222222-2222-2222-2222-222222222222'
            param mailFrom = 'data@greenery.example'
            param hasTeams = true
            param hasSignedLinks = true
            """;
        var open = """

            param isPrivate = false
            param databaseConnections = 859
            param maximumInstances = 7
            """;
        var parameters = new Dictionary<string, string>
            { ["private"] = all, ["open"] = all + open, ["plain"] = "" };
        foreach (var (name, lines) in parameters)
        {
            await File.WriteAllTextAsync(Path.Combine(folder.Path, $"{name}.bicepparam"), Required(folder.Path)
                + lines);
        }
        var (exitCode, output) = await DotNet.RunAsync(
            "build", Project, "--no-restore", "-t:Predict", $"-p:Folder={folder.Path}", "-m:1", "-nodeReuse:false");
        Assert.True(exitCode == 0, output);
        return parameters.Keys.ToDictionary(name => name, name => new Prediction(
            JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, $"{name}.snapshot.json"))).RootElement));
    }

    private static string Required(string folder) => $"""
        using '{Path.GetRelativePath(folder, Path.Combine(Folder, "main.bicep")).Replace('\\', '/')}'
        param environmentName = 'production'
        param location = 'westeurope'
        param operatorsId = '11111111-1111-1111-1111-111111111111'
        param operatorsName = 'greenery operators'
        param alertEmail = 'ops@greenery.example'

        """;
}
