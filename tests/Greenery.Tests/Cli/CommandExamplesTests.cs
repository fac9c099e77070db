using System.CommandLine;
using Greenery.Cli.Commands;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>The help of every command ends with an example that can be typed.</summary>
public sealed class CommandExamplesTests
{
    public static TheoryData<string> Paths => [.. PathsOf(CommandLine.Root(), "")];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Help_ends_with_an_example_that_can_be_typed(string path)
    {
        var lines = CommandHelp.Of(path.Split(' ', StringSplitOptions.RemoveEmptyEntries)).TrimEnd('\n').Split('\n');

        Assert.Equal("Example:", lines[^2]);
        var example = lines[^1];
        Assert.StartsWith($"  greenery {path}", example, StringComparison.Ordinal);
        var parsed = CommandLine.Root().Parse(example["  greenery ".Length..]);
        Assert.Empty(parsed.Errors);
        Assert.NotNull(parsed.CommandResult.Command.Action);
    }

    private static IEnumerable<string> PathsOf(Command command, string path) =>
        command.Subcommands.SelectMany(below => PathsOf(below, $"{path} {below.Name}".Trim())).Prepend(path);
}
