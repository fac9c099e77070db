using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery rollback</c>: readers see an earlier run again.</summary>
internal static class RollbackCommand
{
    public static Command Create()
    {
        var to = new Option<long?>("--to")
            { Description = "The run to go back to; by default the one published before.", HelpName = "RUN" };
        var json = CommonOptions.Json();
        var command = new Command("rollback", "Show readers the marts of an earlier run again, all at once.")
            { to, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(to), parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(long? runId, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var pipeline = await host.PipelineAsync(cancellationToken);
        var outcome = await pipeline.RollbackAsync(runId, cancellationToken);
        terminal.Line(outcome.Message ?? "");
        terminal.Json(outcome);
        return outcome.IsBusy ? CommandLine.Broken : RunStates.ExitCode(outcome.State);
    }
}
