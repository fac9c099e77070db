using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Reports;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery docs</c>: lineage and dictionary of the sql folder as one page, without a database.</summary>
internal static class DocsCommand
{
    public static Command Create()
    {
        var file = CommonOptions.Out();
        var json = CommonOptions.Json();
        var command = new Command("docs",
            "Write lineage and dictionary of the sql folder as one page of HTML. Needs no database.") { file, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(file), parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        await PageFile.WriteAsync(file, await StateReport.WithoutDataAsync(host.Project), cancellationToken);
        terminal.Line($"Lineage and dictionary are in {Path.GetFullPath(file)}.");
        terminal.Json(new { file = Path.GetFullPath(file) });
        return CommandLine.Success;
    }
}
