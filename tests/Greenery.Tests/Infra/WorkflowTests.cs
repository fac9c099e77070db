using System.Text.RegularExpressions;
using Greenery.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Greenery.Tests.Infra;

/// <summary>The workflows and azure.yaml: they parse, do what they are for, and name files that are there.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Folder, "*.yml").Select(file => Path.GetFileName(file))];

    private static string Folder => Path.Combine(Repository.Top, ".github", "workflows");

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_says_what_it_may_do_how_long_it_may_take_and_what_it_must_not_overlap(string name)
    {
        var workflow = Read(Path.Combine(Folder, name));

        // Only what a job needs, and nothing for all jobs but to read.
        Assert.All(((YamlMappingNode)workflow["permissions"]).Children, permission =>
            Assert.Equal("contents: read", $"{permission.Key}: {permission.Value}"));
        Assert.All(Jobs(workflow), job => Assert.True(Text(workflow, "permissions", "contents")
            is not null || Text(job.Value, "permissions", "contents") is not null));
        Assert.NotNull(Text(workflow, "concurrency", "group"));
        Assert.All(Jobs(workflow), job =>
            Assert.True(int.Parse(
            Text(job.Value, "timeout-minutes")!, System.Globalization.CultureInfo.InvariantCulture) > 0));
        Assert.All(Jobs(workflow), job =>
            Assert.DoesNotContain("latest", Text(job.Value, "runs-on"), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_uses_actions_of_a_commit_whose_version_is_named_and_keeps_no_secret(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, name));

        var uses = Steps(Read(Path.Combine(Folder, name))).Select(step => Text(step, "uses"))
            .Where(action => action is not null).ToList();

        Assert.NotEmpty(uses);
        Assert.All(uses, action => Assert.Matches(@"^(actions|azure|Azure|github)/[a-z/-]+@[0-9a-f]{40}$", action));
        // Dependabot keeps the comment with the commit.
        Assert.Equal(uses.Count, PinnedVersion().Count(text));
        Assert.DoesNotContain("secrets.", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_calls_scripts_and_projects_that_are_there(string name)
    {
        var paths = Steps(Read(Path.Combine(Folder, name))).SelectMany(step => Paths().Matches(Text(step, "run") ?? ""))
            .Select(path => path.Value).ToList();

        Assert.All(paths, path => Assert.True(
            path.Contains('*', StringComparison.Ordinal) || Path.Exists(Path.Combine(Repository.Top, path)),
            $"There is no {path}."));
    }

    [Fact]
    public void CI_runs_the_tests_as_developers_do_and_builds_what_they_leave_out()
    {
        var jobs = Jobs(Read(Path.Combine(Folder, "ci.yml")));

        Assert.Contains(Runs(jobs["test"]), run => run == ".ci/run");
        Assert.Contains(Runs(jobs["functions"]), run =>
            run.StartsWith("dotnet build src/Greenery.Functions ", StringComparison.Ordinal)
            && run.Contains("-warnaserror", StringComparison.Ordinal));
        Assert.Contains(Runs(jobs["infra"]), run => run == "dotnet build infra/Bicep.csproj");
    }

    [Fact]
    public void A_deployment_is_shown_first_let_through_by_people_and_tried_afterwards()
    {
        var workflow = Read(Path.Combine(Folder, "deploy.yml"));
        var jobs = Jobs(workflow);

        Assert.All(jobs.Values, job => Assert.Equal("write", Text(job, "permissions", "id-token")));
        Assert.Contains(Runs(jobs["preview"]), run =>
            run.Contains("azd provision --preview", StringComparison.Ordinal));
        Assert.EndsWith("-preview", Text(jobs["preview"], "environment"), StringComparison.Ordinal);
        Assert.Equal("preview", Text(jobs["deploy"], "needs"));
        Assert.NotNull(Text(jobs["deploy"], "environment", "name"));
        var runs = Runs(jobs["deploy"]);
        Assert.True(runs.FindIndex(run => run.Contains("azd provision --no-prompt", StringComparison.Ordinal))
            < runs.FindIndex(run => run.Contains("azd deploy", StringComparison.Ordinal)));
        Assert.Equal("infra/smoke.sh", runs[^1]);
    }

    [Fact]
    public void A_deployment_gives_azd_every_variable_that_the_parameters_name()
    {
        var given = ((YamlMappingNode)Read(Path.Combine(Folder, "deploy.yml"))["env"]).Children.Keys.Select(key =>
            key.ToString());
        var parameters = File.ReadAllText(Path.Combine(Templates.Folder, "main.parameters.json"));

        Assert.Empty(Variables().Matches(parameters).Select(variable => variable.Groups[1].Value).Except(given));
    }

    [Theory]
    [InlineData("posix")]
    [InlineData("windows")]
    public void Azd_finds_the_host_and_the_hooks(string system)
    {
        var azure = Read(Path.Combine(Repository.Top, "azure.yaml"));

        Assert.True(Directory.Exists(Path.Combine(Repository.Top, Text(azure, "services", "pipeline", "project")!)));
        Assert.Equal(("dotnet", "function"),
            (Text(azure, "services", "pipeline", "language"), Text(azure, "services", "pipeline", "host")));
        Assert.True(File.Exists(Path.Combine(Repository.Top, Text(azure, "hooks", "postprovision", system, "run")!)));
    }

    [Fact]
    public async Task Azd_knows_the_app_by_the_name_of_its_service() => Assert.Equal(
        "pipeline",
        Assert.Single((await Templates.PlainAsync()).Of("Microsoft.Web/sites")).GetProperty("tags")
            .GetProperty("azd-service-name").GetString());

    private static YamlMappingNode Read(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(file);
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static Dictionary<string, YamlMappingNode> Jobs(YamlMappingNode workflow) =>
        ((YamlMappingNode)workflow["jobs"]).Children.ToDictionary(job => job.Key.ToString(), job =>
            (YamlMappingNode)job.Value);

    private static IEnumerable<YamlMappingNode> Steps(YamlMappingNode workflow) =>
        Jobs(workflow).Values.SelectMany(job => ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>());

    private static List<string> Runs(YamlMappingNode job) =>
        [.. ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>().Select(step => Text(step, "run")).OfType<string>()
            .Select(run => run.Trim())];

    private static string? Text(YamlNode node, params string[] path)
    {
        foreach (var key in path)
        {
            if (node is not YamlMappingNode map || !map.Children.TryGetValue(new YamlScalarNode(key), out var next))
            {
                return null;
            }
            node = next;
        }
        return (node as YamlScalarNode)?.Value;
    }

    [GeneratedRegex(@"(?<![\w/$""])(?:\.ci|src|infra)/[\w./*-]+")]
    private static partial Regex Paths();

    [GeneratedRegex(@"uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+\n")]
    private static partial Regex PinnedVersion();

    [GeneratedRegex(@"\$\{(\w+)")]
    private static partial Regex Variables();
}
