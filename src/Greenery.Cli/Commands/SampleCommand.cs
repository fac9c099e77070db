using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Presentation;
using Greenery.SampleData;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery sample</c>: writes drops of an invented shop.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        var defaults = new SampleOptions();
        var folder = new Option<string>("--out")
            { Description = "The folder to write to.", HelpName = "DIR", Required = true };
        var scale = Number("--scale", "How many times 150 users, 110 orders and 900 events a day.", defaults.Scale);
        var days = Number("--days", "How many daily drops.", defaults.Days);
        var seed = Number("--seed", "The same seed gives the same files.", defaults.Seed);
        var json = CommonOptions.Json();
        var command =
            new Command("sample", "Write the daily drops of an invented plant shop; the last day has a few bad rows.")
        {
            folder, scale, days, seed, json,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            parsed.GetRequiredValue(folder),
            defaults with
                { Scale = parsed.GetValue(scale), Days = parsed.GetValue(days), Seed = parsed.GetValue(seed) },
            parsed.CreateTerminal(json),
            cancellationToken)));
        return command;
    }

    private static Option<int> Number(string name, string description, int otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };

    private static int Run(string folder, SampleOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        var summary = SampleShop.Write(folder, options, cancellationToken);
        foreach (var file in summary.Files)
        {
            terminal.Line($"{file.Path}: {NumberFormat.Count(file.Rows, "row")}");
        }
        terminal.Line($"{NumberFormat.Count(summary.Rows, "row")} in {summary.Folder}. Planted faults: "
            + $"{summary.InjectedErrors.Count}");
        foreach (var fault in summary.InjectedErrors)
        {
            terminal.Line($"  {fault}");
        }
        terminal.Json(summary);
        return CommandLine.Success;
    }
}
