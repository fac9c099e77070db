using Greenery.Presentation;
using Greenery.Publishing;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>Prints the environments, and what each holds.</summary>
internal sealed class EnvironmentList(Terminal terminal)
{
    public void Print(IReadOnlyList<EnvironmentLine> lines, DateTime now)
    {
        if (lines.Count == 0)
        {
            terminal.Line("There is no environment. 'greenery run --env NAME' makes one.");
            return;
        }
        var table = RunSummary.Plain("Environment", "run", "models", "differ", "MB").AddColumn("");
        foreach (var line in lines)
        {
            var age = DurationText.Describe(now - line.ShownAt);
            table.AddRow(
                line.Name, $"{line.RunId}", NumberFormat.Count(line.Models), NumberFormat.Count(line.Differing),
                $"{ByteSizes.InMegabytes(line.Bytes):0.0}",
                Markup.Escape($"data of {line.BusinessDate:yyyy-MM-dd}, shown {age} ago in "
                    + string.Join(", ", line.Schemas)));
        }
        terminal.People.Write(table);
    }
}
