using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Cli.Scaffolding;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery init</c>: the files that a project begins with.</summary>
internal static class InitCommand
{
    private const string Empty = "empty";
    private const string Shop = "shop";

    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The project's folder; it is created." };
        var drops = new Option<string?>("--from-drops")
        {
            HelpName = "FOLDER",
            Description = "Infer the source contract from the files of this folder, and write a model of each table.",
        };
        var example = new Option<string>("--example")
        {
            Description = "What it begins with: shop, the sample shop's project, or empty.",
            DefaultValueFactory = _ => Empty,
        };
        example.AcceptOnlyFromAmong(Shop, Empty);
        var json = CommonOptions.Json();
        var command = new Command("init", "Write the files that a project begins with.")
        {
            folder, drops, example, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(drops) is not null && result.GetValue(example) == Shop)
            {
                result.AddError("--from-drops and --example shop exclude each other: whose tables are there to be?");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(folder), parsed.GetValue(drops), parsed.GetRequiredValue(example) == Shop,
            parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder, string? drops, bool isShop, Terminal terminal, CancellationToken cancellationToken)
    {
        var scaffold = new ProjectScaffold(folder).AddCommon(drops);
        if (drops is not null)
        {
            await scaffold.AddFromDropsAsync(drops, cancellationToken);
        }
        else if (isShop)
        {
            scaffold.AddShop(Path.Combine(AppContext.BaseDirectory, "sql"));
        }
        else
        {
            scaffold.AddEmpty();
        }
        var files = scaffold.Write();
        foreach (var file in files)
        {
            terminal.Line($"wrote {Path.Combine(folder, file)}");
        }
        terminal.Line($"Project {scaffold.Name} is there. Next: cd {folder}, and do what its README.md says.");
        terminal.Json(new { folder, name = scaffold.Name, files });
        return CommandLine.Success;
    }
}
