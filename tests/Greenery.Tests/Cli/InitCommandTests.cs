using System.Text.Json.Nodes;
using Greenery.Cli.Commands;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary><c>greenery init</c>: from files to a project that runs.</summary>
public sealed class InitCommandTests : IDisposable
{
    private readonly TestDataFolder _folder = new();

    private string Project => Path.Combine(_folder.Path, "plant shop");

    [Fact]
    public async Task A_project_from_drops_runs_as_it_is()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();

        var init = await new CliProcess().RunAsync("init", Project, "--from-drops", test.Drops);
        var run = await CliProcess.On(test).With("Greenery__Sql", Path.Combine(Project, "sql")).RunAsync("run");

        Assert.Equal((0, ""), (init.ExitCode, init.Error));
        Assert.EndsWith("Project plant-shop is there. Next: cd " + Project + ", and do what its README.md says.\n",
            init.Output, StringComparison.Ordinal);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(
            ["core.current_orders 3", "core.current_users 3"],
            await test.ListAsync("select concat(mart, '.', model, ' ', row_count) from ops.live order by 1"));
        Assert.Equal(["plant-shop"], await test.ListAsync("select name from ops.project"));
        Assert.Equal(
            [
                ".github/workflows/validate.yml", ".gitignore", ".pre-commit-config.yaml", ".sqlfluff", "README.md",
                "greenery.settings.sample.json",
                "schemas/exposures.schema.json", "schemas/metrics.schema.json", "schemas/models.schema.json",
                "schemas/project.schema.json", "schemas/settings.schema.json", "schemas/sources.schema.json",
                "sql/core/core.yml", "sql/core/current_orders.sql", "sql/core/current_users.sql",
                "sql/metrics/current_orders_rows.sql", "sql/metrics/current_users_rows.sql", "sql/project.yml",
                "sql/sources.yml",
            ],
            Directory.GetFiles(Project, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Project, file)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("empty")]
    public async Task An_example_is_valid_and_is_never_written_over(string example)
    {
        var init = await new CliProcess().RunAsync("init", Project, "--example", example);
        var validate = await new CliProcess().With("Greenery__Sql", Path.Combine(Project, "sql"))
            .RunAsync("validate", "--offline");
        var again = await new CliProcess().RunAsync("init", Project, "--example", example);

        Assert.Equal((0, 0, 2), (init.ExitCode, validate.ExitCode, again.ExitCode));
        Assert.Contains("all valid as far as the files tell.", validate.Output, StringComparison.Ordinal);
        AssertSchemas();
        AssertHooks();
        Assert.Contains($"{Project}: has sql/project.yml, greenery.settings.sample.json, .gitignore, ", again.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("init", "Required argument 'DIR' missing for command: 'init'.")]
    [InlineData("init x --from-drops y --example shop",
        "--from-drops and --example shop exclude each other: whose tables are there to be?")]
    public async Task Wrong_use_exits_with_2(string line, string message)
    {
        var result = await new CliProcess().RunAsync(line.Split(' '));

        Assert.Equal((2, message), (result.ExitCode, result.ErrorLines[0]));
    }

    [Fact]
    public async Task A_folder_without_rows_writes_nothing()
    {
        var result = await new CliProcess().RunAsync("init", Project, "--from-drops", _folder.Path);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"{_folder.Path}: holds no file with rows; expected a folder with files that end with .csv, ",
            result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Project));
    }

    // Each file names a schema that is there and that it keeps.
    private void AssertSchemas()
    {
        const string Marker = "# yaml-language-server: $schema=";
        Assert.All(Directory.GetFiles(Path.Combine(Project, "sql"), "*.yml", SearchOption.AllDirectories), file =>
        {
            var line = File.ReadLines(file).First();
            Assert.StartsWith(Marker, line, StringComparison.Ordinal);
            var schema = Path.Combine(Path.GetDirectoryName(file)!, line[Marker.Length..]);
            Assert.Empty(SchemaValidator.Validate(
                JsonNode.Parse(File.ReadAllText(schema))!.AsObject(), SchemaValidator.Parse(File.ReadAllText(file))));
        });
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(Project, "greenery.settings.sample.json")))!;
        Assert.Empty(SchemaValidator.Validate(
            JsonNode.Parse(File.ReadAllText(Path.Combine(Project, settings["$schema"]!.GetValue<string>())))!
                .AsObject(), settings));
    }

    // Each hook of pre-commit is a command line that this program takes.
    private void AssertHooks()
    {
        var hooks = SchemaValidator.Parse(File.ReadAllText(Path.Combine(Project, ".pre-commit-config.yaml")))!
            ["repos"]![0]!["hooks"]!.AsArray().Select(hook => hook!["entry"]!.GetValue<string>()).ToList();
        Assert.Equal(["greenery validate --offline", "greenery test"], hooks);
        Assert.All(hooks, hook => Assert.Empty(CommandLine.Root().Parse(hook["greenery ".Length..]).Errors));
    }

    public void Dispose() => _folder.Dispose();
}
