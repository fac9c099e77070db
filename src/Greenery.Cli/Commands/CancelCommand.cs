using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery cancel</c>: asks for the end of the run under way, wherever it runs.</summary>
internal static class CancelCommand
{
    public static Command Create()
    {
        var run = new Argument<long?>("run")
            { Description = "The run's number; by default the one under way.", DefaultValueFactory = _ => null };
        var json = CommonOptions.Json();
        var command = new Command("cancel", "Stop the run under way, wherever it runs. Nothing of it is published.")
            { run, json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(run), parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(long? run, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        return await host.LimitSilenceAsync(
            stop => CancelAsync(host, run, terminal, stop), cancellationToken);
    }

    private static async Task<int> CancelAsync(
        PipelineHost host, long? run, Terminal terminal, CancellationToken cancellationToken)
    {
        var warehouse = await host.WarehouseAsync(cancellationToken);
        var runId = run
            ?? (await new RunReports(warehouse).ListAsync(1, cancellationToken) is [var last] ? last.RunId
            : default(long?))
            ?? throw new ConfigurationException("cancel", "there was no run yet.");
        var cancelled = await RunStore.CancelAsync(warehouse, runId, cancellationToken)
            ?? throw new ConfigurationException(
            "cancel", $"there is no run {runId}. 'greenery status' tells of the last one.");
        // As hosts log it; for people the line below says it.
        if (cancelled.Ended is { } ended && terminal.Log.IsJson)
        {
            terminal.Log.CreateLogger<RunStore>().EndedAs(ended);
        }
        terminal.Line(Describe(runId, cancelled));
        terminal.Json(new { runId, cancelled.State });
        return CommandLine.Success;
    }

    private static string Describe(long runId, CancelResult cancelled) => cancelled switch
    {
        { Ended.State: var end } => $"Run {runId} had no process any more; it has ended as {EnumText.Name(end)}.",
        { State: RunState.Running } => $"Cancellation of run {runId} requested; its process stops within seconds.",
        { State: var state } => $"Run {runId} has ended as {EnumText.Name(state)}; there is nothing to stop.",
    };
}
