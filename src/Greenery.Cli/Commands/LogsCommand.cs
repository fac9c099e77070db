using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery logs</c>: what a run did, step by step.</summary>
internal static class LogsCommand
{
    private const string Last = "last";

    private const int RunsNamed = 5;

    public static Command Create()
    {
        var run = new Argument<string>("RUN")
        {
            HelpName = "RUN", Description = "The number of a run, or last.", DefaultValueFactory = _ => Last,
        };
        run.CompletionSources.Add(Last);
        run.Validators.Add(Verify);
        var json = CommonOptions.Json();
        var command = new Command(
            "logs", "Show what a run did: its steps in the order of time, loads, notes and failed checks.")
        {
            run, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(run), parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static void Verify(ArgumentResult result)
    {
        if (result.Tokens is [var token] && token.Value != Last && Number(token.Value) is null)
        {
            result.AddError($"'{token.Value}' is no run; expected its number, or {Last}.");
        }
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task<int> RunAsync(string run, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.CreateReadOnly(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        return await host.LimitSilenceAsync(async stop =>
        {
            var log = await FindAsync(await host.WarehouseAsync(stop), Number(run), stop);
            new RunLogText(terminal).Print(log);
            terminal.Json(RunLogText.ToJson(log));
            return CommandLine.Success;
        }, cancellationToken);
    }

    /// <summary>A run's log.</summary>
    /// <param name="warehouse">The database.</param>
    /// <param name="number">The run; null for the newest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    public static async Task<RunLog> FindAsync(
        PostgresWarehouse warehouse, long? number, CancellationToken cancellationToken)
    {
        IReadOnlyList<RunLine> newest = await warehouse.HasLedgersAsync(cancellationToken)
            ? await new RunReports(warehouse).ListAsync(RunsNamed, cancellationToken) : [];
        if (newest.Count == 0)
        {
            throw new ConfigurationException(
                "logs", "there was no run yet; expected one. 'greenery run' makes the first one.");
        }
        return await RunLog.ReadAsync(warehouse, number ?? newest[0].RunId, cancellationToken)
            ?? throw new ConfigurationException(
                "logs", $"there is no run {number}; the newest {(newest.Count == 1 ? "is" : "are")} "
                + $"{string.Join(", ", newest.Select(line => line.RunId))}.");
    }
}
