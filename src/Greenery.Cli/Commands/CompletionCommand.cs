using System.CommandLine;
using Greenery.Cli.Output;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery completion</c>: a script that lets a shell complete command lines.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, pwsh or fish." };
        shell.AcceptOnlyFromAmong([.. CompletionScript.Shells]);
        var command = new Command(
            "completion", "Print a script that lets a shell complete commands, options and names of models.") { shell };
        command.SetAction(parsed =>
        {
            Console.Out.Write(CompletionScript.Of(parsed.GetRequiredValue(shell)));
            return CommandLine.Success;
        });
        return command;
    }
}
