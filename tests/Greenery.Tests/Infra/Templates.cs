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

    private static readonly Lazy<Task<Results>> _results = new(PredictAsync);

    public static string Folder { get; } = Path.Combine(Repository.Top, "infra");

    public static IEnumerable<string> Files { get; } =
        Directory.GetFiles(Folder, "*.bicep", SearchOption.AllDirectories)
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal));

    /// <summary>What compiling and linting say; warnings are errors.</summary>
    public static Task<(int ExitCode, string Output)> BuildAsync() => _build.Value;

    /// <summary>What the templates make of one of <see cref="Combinations.All"/>.</summary>
    public static async Task<Prediction> OfAsync(string combination) =>
        (await _results.Value).Predictions[combination];

    /// <summary>A private installation with everything switched on.</summary>
    public static Task<Prediction> PrivateAsync() => OfAsync("private");

    /// <summary>The same without a network of its own.</summary>
    public static Task<Prediction> OpenAsync() => OfAsync("open");

    /// <summary>With required parameters only.</summary>
    public static Task<Prediction> PlainAsync() => OfAsync("plain");

    /// <summary>What the compiler says of one of <see cref="Combinations.Refused"/>.</summary>
    public static async Task<string> RefusalAsync(string combination) => (await _results.Value).Refusals[combination];

    /// <summary>
    /// What the templates work out for one of <see cref="DatabaseCases.All"/>, as tags: <c>instances</c>,
    /// <c>clients</c> and <c>faults</c>.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, string>> DatabaseAsync(string name) =>
        (await _results.Value).Predictions[DatabaseCases.Name].Of("Microsoft.Resources/resourceGroups")
        .Single(group => group.GetProperty("name").GetString() == name).GetProperty("tags").EnumerateObject()
        .ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!);

    private static async Task<Results> PredictAsync()
    {
        await BuildAsync();
        using var folder = new TestDataFolder();
        var refused = Directory.CreateDirectory(Path.Combine(folder.Path, "refused")).FullName;
        await WriteAsync(folder.Path, Combinations.All);
        await WriteAsync(refused, Combinations.Refused);
        await DatabaseCases.WriteAsync(folder.Path, Relative(folder.Path, "app", "choices.bicep"),
            Relative(folder.Path, "database-sizes.json"));
        var (exitCode, output) = await DotNet.RunAsync(
            "build", Project, "--no-restore", "-t:Predict", $"-p:Folder={folder.Path}", "-m:1", "-nodeReuse:false");
        Assert.True(exitCode == 0, output);
        return new Results(
            Combinations.All.Keys.Append(DatabaseCases.Name).ToDictionary(name => name, name => new Prediction(
                JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, $"{name}.snapshot.json"))).RootElement)),
            Combinations.Refused.Keys.ToDictionary(
                name => name, name => File.ReadAllText(Path.Combine(refused, $"{name}.txt"))));
    }

    private static async Task WriteAsync(string folder, IReadOnlyDictionary<string, string> combinations)
    {
        foreach (var (name, lines) in combinations)
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, $"{name}.bicepparam"), Required(Relative(folder, "main.bicep")) + lines);
        }
    }

    private static string Relative(string folder, params string[] path) =>
        Path.GetRelativePath(folder, Path.Combine([Folder, .. path])).Replace('\\', '/');

    private static string Required(string main) => $"""
        using '{main}'
        param environmentName = 'production'
        param location = 'westeurope'
        param operatorsId = '11111111-1111-1111-1111-111111111111'
        param operatorsName = 'greenery operators'
        param alertEmail = 'ops@greenery.example'

        """;

    private sealed record Results(
        IReadOnlyDictionary<string, Prediction> Predictions, IReadOnlyDictionary<string, string> Refusals);
}
