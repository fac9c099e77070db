using System.Text.Json;
using System.Text.RegularExpressions;
using Greenery.Tests.Support;

namespace Greenery.Tests.Infra;

/// <summary>.vscode, .devcontainer and host.json: they parse, and name what is there.</summary>
public sealed partial class DevelopmentFilesTests
{
    private static readonly JsonElement _tasks = Read(".vscode", "tasks.json").GetProperty("tasks");

    [Fact]
    public void Tasks_build_start_serve_and_test()
    {
        string[] expected =
            ["build", "build functions", "build infra", "func start", "serve", "services up", "test", "test functions"];

        Assert.Equal(expected, Labels());
    }

    [Fact]
    public void Tasks_call_projects_and_folders_that_are_there()
    {
        var paths = Words(_tasks).SelectMany(word => Paths().Matches(word))
            .Select(path => path.Groups[1].Value).ToList();

        Assert.Contains("src/Greenery.Cli", paths);
        Assert.Contains("infra/Bicep.csproj", paths);
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(Repository.Top, path)), $"There is no {path}."));
    }

    [Fact]
    public void Tasks_wait_for_tasks_that_are_there()
    {
        var needed = _tasks.EnumerateArray()
            .SelectMany(task => task.TryGetProperty("dependsOn", out var on) ? Words(on) : []);

        Assert.Empty(needed.Except(Labels()));
    }

    [Fact]
    public void The_commands_that_tasks_give_to_greenery_are_those_of_the_README()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Top, "README.md"));
        var calls = _tasks.EnumerateArray().Where(task => task.TryGetProperty("args", out _))
            .Select(task => task.GetProperty("args").EnumerateArray().Select(word => word.GetString()!).ToList())
            .Where(words => words.Contains("--")).Select(words => words[(words.IndexOf("--") + 1)..]).ToList();

        Assert.Equal(2, calls.Count);
        Assert.All(calls, words => Assert.Contains($"    greenery {words[0]}", guide, StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_debugger_starts_is_built_by_a_task_and_lies_where_projects_put_it()
    {
        var launches = Read(".vscode", "launch.json").GetProperty("configurations").EnumerateArray().ToList();

        Assert.Equal(["Attach to func start", "greenery demo", "greenery serve"],
            launches.Select(launch => launch.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(launches, launch => Assert.Contains(launch.GetProperty("preLaunchTask").GetString()!, Labels()));
        Assert.All(launches.Where(launch => launch.TryGetProperty("program", out _)), launch =>
        {
            var program = launch.GetProperty("program").GetString()!;
            var project = program["${workspaceFolder}/".Length..program.IndexOf("/bin/", StringComparison.Ordinal)];
            Assert.True(File.Exists(Path.Combine(Repository.Top, project,
                Path.GetFileNameWithoutExtension(program) + ".csproj")), program);
            Assert.EndsWith($"/bin/Debug/net{Environment.Version.Major}.0/{Path.GetFileName(program)}", program,
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_container_has_the_tools_and_says_of_which_version()
    {
        var container = Read(".devcontainer", "devcontainer.json");
        var features = container.GetProperty("features").EnumerateObject().ToDictionary(
            feature => feature.Name.Split('/')[^1].Split(':')[0], feature => feature);

        Assert.Matches(@"^mcr\.microsoft\.com/devcontainers/base:\d+\.\d+\.\d+-noble$",
            container.GetProperty("image").GetString()!);
        Assert.All(features.Values, feature => Assert.Matches(@"^ghcr\.io/[\w/-]+:\d+(\.\d+\.\d+)?$", feature.Name));
        Assert.Equal($"{Environment.Version.Major}.0", Version(features["dotnet"]));
        Assert.Equal("20", Version(features["node"]));
        Assert.True(features.ContainsKey("azure-functions-core-tools"));
        Assert.Contains("postgresql-client", features["apt-packages"].Value.GetProperty("packages").GetString()!,
            StringComparison.Ordinal);
        var calls = Paths().Matches(container.GetProperty("postCreateCommand").GetString()!);
        Assert.Equal(2, calls.Count);
        Assert.All(calls, call => Assert.True(Directory.Exists(Path.Combine(Repository.Top, call.Groups[1].Value))));
    }

    // The host takes the level of the longest name that begins a line's category. A run's lines come under the function
    // that works on it, and under their own names outside of functions.
    [Theory]
    [InlineData("Function.RunStep.User")]
    [InlineData("Greenery.Runs.StepLog")]
    [InlineData("Greenery.Hosting.RunControl")]
    public void The_host_shows_the_log_lines_of_runs(string category)
    {
        var levels = Read("host.json").GetProperty("logging").GetProperty("logLevel").EnumerateObject()
            .ToDictionary(level => level.Name, level => level.Value.GetString()!);

        var longest = levels.Keys.Where(name => category.StartsWith(name + ".", StringComparison.Ordinal))
            .MaxBy(name => name.Length);

        // By its own name: the default may be changed against the noise of others.
        Assert.NotNull(longest);
        Assert.Equal("Information", levels[longest]);
    }

    private static IEnumerable<string> Labels() =>
        _tasks.EnumerateArray().Select(task => task.GetProperty("label").GetString()!).Order(StringComparer.Ordinal);

    private static string? Version(JsonProperty feature) => feature.Value.GetProperty("version").GetString();

    private static IEnumerable<string> Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Words),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Words(member.Value)),
        _ => [],
    };

    private static JsonElement Read(params string[] path) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine([Repository.Top, .. path]))).RootElement;

    [GeneratedRegex(@"((?:src|tests|infra)/[\w.-]+)")]
    private static partial Regex Paths();
}
