using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery quarantine replay</c>: loads the rows that pass by now.</summary>
internal static class QuarantineReplayCommand
{
    public static Command Create()
    {
        var drop = QuarantineCommand.Drop();
        var json = CommonOptions.Json();
        var command =
            new Command("replay", "Load the rows that pass by now, after the contract was changed; keep the others.")
        {
            drop, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(drop), parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? path, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var pipeline = await host.PipelineAsync(cancellationToken);
        var (outcome, result) = await pipeline.ReplayAsync(path, cancellationToken);
        Print(result, terminal);
        terminal.Line(outcome.Message ?? "");
        terminal.Json(new
        {
            outcome.RunId, outcome.State, outcome.Message, outcome.IsBusy, result?.Released, result?.Kept,
            Drops = result?.Drops ?? [],
            Notes = result?.Notes.Select(note => note.ToString()).ToArray() ?? [],
        });
        return outcome.IsBusy ? CommandLine.Broken : RunStates.ExitCode(outcome.State);
    }

    private static void Print(ReplayResult? result, Terminal terminal)
    {
        foreach (var drop in result?.Drops ?? [])
        {
            terminal.Line(drop.Load.Outcome == LoadOutcome.Refused
                ? $"{drop.Load.Path}: refused: {drop.Load.Message}"
                : $"{drop.Load.Path}: {NumberFormat.Count(drop.Released, "row")} released, "
                + $"{NumberFormat.Count(drop.Load.Quarantined)} stay");
        }
        foreach (var note in result?.Notes ?? [])
        {
            terminal.Line($"{note}");
        }
    }
}
