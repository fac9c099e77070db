using System.CommandLine;
using Greenery.Cli.Commands;

namespace Greenery.Tests.Support;

/// <summary>What the command line answers by itself, without a process: help and suggestions.</summary>
internal static class CommandHelp
{
    /// <summary>The help of a command, with line ends as on Linux.</summary>
    /// <param name="words">Its words; none for the help of all.</param>
    public static string Of(params IEnumerable<string> words) => Answer([.. words, "--help"]);

    /// <summary>The answer to a command line, with line ends as on Linux.</summary>
    public static string Answer(params string[] words)
    {
        using var output = new StringWriter();
        Assert.Equal(
            0, CommandLine.Root().Parse(words).Invoke(new InvocationConfiguration { Output = output }));
        return output.ToString().ReplaceLineEndings("\n");
    }
}
