using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Reports;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery report</c>: the state of the data as one page.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var run = new Option<long?>("--run")
            { Description = "The page as of this run's end; by default the newest run's.", HelpName = "ID" };
        var file = CommonOptions.Out();
        var json = CommonOptions.Json();
        var command = new Command("report",
            "Write the state of the data as one page of HTML that needs nothing beside it.") { run, file, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(run), parsed.GetRequiredValue(file), parsed.CreateTerminal(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        long? runId, string file, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        return await host.LimitSilenceAsync(
            stop => WriteAsync(host, runId, file, terminal, stop), cancellationToken);
    }

    private static async Task<int> WriteAsync(
        PipelineHost host, long? runId, string file, Terminal terminal, CancellationToken cancellationToken)
    {
        var report = await host.ReportAsync(cancellationToken);
        await PageFile.WriteAsync(file, await report.MakeAsync(runId, cancellationToken), cancellationToken);
        terminal.Line($"The state of the data is in {Path.GetFullPath(file)}.");
        terminal.Json(new { file = Path.GetFullPath(file), runId });
        return CommandLine.Success;
    }
}
