using System.Text.Json;
using Greenery.Tests.Support;

namespace Greenery.Tests.Infra;

/// <summary>The Azure host is published with the sql folder of the project that is named.</summary>
public sealed class PublishedProjectTests : IDisposable
{
    private const string Host = "src/Greenery.Functions/Greenery.Functions.csproj";

    private readonly TestDataFolder _project = new();

    [Fact]
    public async Task Its_files_are_those_of_the_named_project_and_no_others()
    {
        Directory.CreateDirectory(Path.Combine(_project.Path, "sql", "core"));
        File.WriteAllText(Path.Combine(_project.Path, "sql", "sources.yml"), "version: 2\n");
        File.WriteAllText(Path.Combine(_project.Path, "sql", "core", "buyers.sql"), "select 1 as buyer\n");

        var (exitCode, output) = await DotNet.RunAsync(
            "msbuild", Host, "-getItem:None", $"-p:GreeneryProject={_project.Path}");

        Assert.True(exitCode == 0, output);
        using var items = JsonDocument.Parse(output);
        Assert.Equal(
            ["sql/core/buyers.sql", "sql/sources.yml"],
            items.RootElement.GetProperty("Items").GetProperty("None").EnumerateArray()
                .Select(item => item.TryGetProperty("Link", out var link) ? link.GetString()! : "")
                .Where(link => link.StartsWith("sql/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_folder_without_a_project_is_refused()
    {
        var (exitCode, output) = await DotNet.RunAsync(
            "msbuild", Host, "-t:VerifyProject", $"-p:GreeneryProject={_project.Path}");

        Assert.Equal(1, exitCode);
        Assert.Contains(
            $"GreeneryProject: there is no sources.yml in {_project.Path}/sql; expected the folder of a project",
            output, StringComparison.Ordinal);
    }

    public void Dispose() => _project.Dispose();
}
