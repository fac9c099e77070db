using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery run</c>: one run, from drops to published marts.</summary>
internal static class RunCommand
{
    /// <summary>To read what came of a run, also from a server that has ceased to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var date = CommonOptions.Date("--date", "Load drops up to this business date only; by default up to today.");
        var reload = new Option<bool>("--reload")
            { Description = "Load the drops of --date again, even if they were loaded." };
        var refresh = CommonOptions.FullRefresh();
        var withdraw = new Option<bool>("--withdraw")
        {
            Description = "Take models from readers that the project has no more, also more than a few.",
        };
        var json = CommonOptions.Json();
        var command =
            new Command("run", "Load new drops, build what they change, check it, and publish it if it is right.")
        {
            date, reload, refresh, withdraw, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(reload) && result.GetValue(date) is null)
            {
                result.AddError("--reload needs --date: which day's drops are to be loaded again?");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new RunRequest
            {
                Date = parsed.GetValue(date),
                IsReload = parsed.GetValue(reload),
                IsFullRefresh = parsed.GetValue(refresh),
                MayWithdraw = parsed.GetValue(withdraw),
            },
            parsed.CreateTerminal(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(RunRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        using var telemetry = CliTelemetry.Start();
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var (exitCode, result) = await RunAsync(host, request, terminal, cancellationToken);
        terminal.Json(result);
        return exitCode;
    }

    /// <summary>Runs, shows how it goes, prints for people what came of it, and gives it for machines.</summary>
    public static async Task<(int ExitCode, object Result)> RunAsync(
        PipelineHost host, RunRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        var pipeline = await host.PipelineAsync(cancellationToken);
        var outcome = terminal.Log.IsJson
            ? await LogAsync(pipeline, request, terminal.Log, cancellationToken)
            : await new RunProgress(terminal).ShowAsync(
                progress => pipeline.RunAsync(request, progress, cancellationToken));
        if (outcome.IsBusy)
        {
            terminal.Line(outcome.Message!);
            return (CommandLine.Broken, outcome);
        }
        return (RunStates.ExitCode(outcome.State, outcome.IsPartial), await PrintAsync(host, outcome, terminal));
    }

    // As hosts do: a run that comes to its end says so by its steps; a message has one that does not.
    private static async Task<RunOutcome> LogAsync(
        Pipeline pipeline, RunRequest request, LogOutput output, CancellationToken cancellationToken)
    {
        var outcome = await pipeline.RunAsync(
            request, new StepLog(output.CreateLogger<StepLog>()), cancellationToken);
        if (outcome is { IsBusy: true, Message: { } busy })
        {
            output.Error(busy);
        }
        else if (outcome.Message is { } message)
        {
            output.CreateLogger<Pipeline>().Left(
                outcome.RunId, EnumText.Name(outcome.State), TerminalText.Escape(message));
        }
        return outcome;
    }

    // The end is printed also when the run was stopped, or when the database that holds the report is unavailable.
    private static async Task<object> PrintAsync(PipelineHost host, RunOutcome outcome, Terminal terminal)
    {
        try
        {
            var report = await TimeLimit.RunAsync(
                Patience,
                async token => await new RunReports(await host.WarehouseAsync(token)).ReadAsync(outcome.RunId, token),
                CancellationToken.None);
            new RunSummary(terminal, host.Project.Metrics).Print(report!);
            return report!;
        }
        catch (Exception exception) when (exception is InfrastructureException or Npgsql.NpgsqlException)
        {
            terminal.Line($"Run {outcome.RunId} ended as {EnumText.Name(outcome.State)}: {outcome.Message}");
            return outcome;
        }
    }
}
