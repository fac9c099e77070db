using System.CommandLine;
using Greenery.Hosting;

namespace Greenery.Cli.Commands;

/// <summary>Lets a shell complete the names of the project's models, wherever a command takes one.</summary>
internal static class ModelCompletions
{
    private const string Argument = "model";

    /// <summary>For all commands below a command.</summary>
    public static void Add(Command command)
    {
        foreach (var argument in command.Arguments.Where(argument =>
            argument.Name.Equals(Argument, StringComparison.OrdinalIgnoreCase)))
        {
            // Or help would list them.
            argument.HelpName ??= argument.Name;
            argument.CompletionSources.Add(_ => Names());
        }
        foreach (var option in command.Options.Where(option =>
            option.HelpName?.Equals(Argument, StringComparison.OrdinalIgnoreCase) == true))
        {
            option.CompletionSources.Add(_ => Names());
        }
        foreach (var below in command.Subcommands)
        {
            Add(below);
        }
    }

    // While the project is wrong there are none: a shell shows no errors.
    private static IEnumerable<string> Names()
    {
        try
        {
            return HostReading.Read(CliServices.Configuration()).Project is not { } project ? []
                : project.Catalogue.Models.Select(model => model.Name).Order(StringComparer.Ordinal);
        }
        catch (ConfigurationException)
        {
            return [];
        }
    }
}
