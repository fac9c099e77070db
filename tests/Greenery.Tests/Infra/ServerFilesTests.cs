using System.CommandLine;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Greenery.Cli.Commands;
using Greenery.Tests.Docs;
using Greenery.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Greenery.Tests.Infra;

/// <summary>
/// What infra/server says of the tool holds: its commands, settings, ports and paths are there. Nothing is built.
/// </summary>
public sealed partial class ServerFilesTests
{
    private const string Port = "7071";

    private static readonly string Folder = Path.Combine(Repository.Top, "infra", "server");

    private static readonly string Dockerfile = File.ReadAllText(Path.Combine(Folder, "Dockerfile"));

    private static readonly string Unit = File.ReadAllText(Path.Combine(Folder, "greenery.service"));

    [Fact]
    public void The_image_has_the_packed_tool_and_starts_a_command_that_is_there()
    {
        var project = XDocument.Load(Path.Combine(Repository.Top, "src", "Greenery.Cli", "Greenery.Cli.csproj"));
        var command = project.Descendants("ToolCommandName").Single().Value;

        Assert.Contains($"ENTRYPOINT [\"{command}\"]", Dockerfile, StringComparison.Ordinal);
        Assert.Contains("dotnet tool install Greenery.Cli ", Dockerfile, StringComparison.Ordinal);
        AssertServes(Quoted().Matches(Line(Dockerfile, "CMD ")).Select(word => word.Groups[1].Value), "0.0.0.0");
        Assert.Equal(Port, Line(Dockerfile, "EXPOSE "));
        var framework = Regex.Match(
            File.ReadAllText(Path.Combine(Repository.Top, "Directory.Build.props")), @"net(\d+\.\d+)<").Groups[1].Value;
        Assert.All(Images().Matches(Dockerfile), image => Assert.Equal(framework, image.Groups[1].Value));
    }

    [Fact]
    public void Compose_sets_settings_that_are_read_and_the_image_listens_where_it_says()
    {
        using var reader = new StreamReader(Path.Combine(Folder, "compose.yaml"));
        var yaml = new YamlStream();
        yaml.Load(reader);
        var services = (YamlMappingNode)yaml.Documents[0].RootNode["services"];
        var greenery = (YamlMappingNode)services["greenery"];

        var settings = ((YamlMappingNode)greenery["environment"]).Children.Keys
            .Select(key => $"{key}".Replace("__", ":", StringComparison.Ordinal)).ToList();
        Assert.Subset(SettingsPageTests.Known("Greenery").ToHashSet(), settings.ToHashSet());
        Assert.Contains("Greenery:ApiKey", settings);
        Assert.Contains("Host=database;", $"{greenery["environment"]["Greenery__Warehouse"]}",
            StringComparison.Ordinal);
        Assert.Equal($"127.0.0.1:{Port}:{Port}", $"{greenery["ports"][0]}");
        Assert.True(services.Children.ContainsKey("database"));
        Assert.True(int.Parse($"{greenery["stop_grace_period"]}".TrimEnd('s')) > 30);
    }

    [Fact]
    public void The_unit_starts_a_command_that_is_there_and_waits_for_its_end()
    {
        var words = Line(Unit, "ExecStart=").Split(' ');

        Assert.EndsWith("/greenery", words[0], StringComparison.Ordinal);
        AssertServes(words[1..], "127.0.0.1");
        Assert.True(int.Parse(Line(Unit, "TimeoutStopSec=")) > 30);
    }

    private static void AssertServes(IEnumerable<string> words, string address)
    {
        var parsed = CommandLine.Root().Parse([.. words]);

        Assert.Empty(parsed.Errors);
        Assert.Equal("serve", parsed.CommandResult.Command.Name);
        Assert.Equal($"http://{address}:{Port}/", $"{parsed.GetValue<Uri>("--listen")}");
    }

    private static string Line(string text, string start) => text.Split('\n')
        .Single(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..];

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?m)^FROM mcr\.microsoft\.com/dotnet/\w+:(\S+)")]
    private static partial Regex Images();
}
