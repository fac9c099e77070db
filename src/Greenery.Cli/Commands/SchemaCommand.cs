using System.CommandLine;
using Greenery.Schemas;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery schema</c>: the JSON Schema of a file that people write.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("FILE") { Description = $"{string.Join(", ", ProjectSchemas.Names)}." };
        name.AcceptOnlyFromAmong([.. ProjectSchemas.Names]);
        var command = new Command(
            "schema", "Print the JSON Schema of a project's file or of the settings file, for editors.") { name };
        command.SetAction(parsed =>
        {
            Console.Out.Write(ProjectSchemas.Write(parsed.GetRequiredValue(name)));
            return CommandLine.Success;
        });
        return command;
    }
}
