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
        var select = new Option<string[]>("--select")
        {
            Description = "With --no-publish or --env: the models to build: m, m+ with all that read it, +m with all "
                + "that it reads, +m+ with both. All by default.",
            HelpName = "MODEL",
            AllowMultipleArgumentsPerToken = true,
        };
        var isTry = new Option<bool>("--no-publish")
        {
            Description = "Try: load nothing, build models from staging as it is, beside what readers see, check them, "
                + "and publish nothing.",
        };
        var environment = new Option<string?>("--env")
        {
            Description = "Try, as --no-publish does, and show all marts as tried in schemas of an environment: "
                + "dev_ana_core and so on for dev_ana. It is made where it is not there yet.",
            HelpName = "NAME",
        };
        var json = CommonOptions.Json();
        var command =
            new Command("run", "Load new drops, build what they change, check it, and publish it if it is right.")
        {
            date, reload, refresh, select, isTry, environment, withdraw, json,
        };
        command.Validators.Add(result =>
        {
            var name = result.GetValue(environment) is null ? isTry.Name : environment.Name;
            if (result.GetValue(isTry) || result.GetValue(environment) is not null)
            {
                foreach (var option in new Option[] { date, reload, withdraw }.Where(option =>
                    result.GetResult(option) is { Implicit: false }))
                {
                    result.AddError($"{name} loads and publishes nothing, so it has no use for {option.Name}.");
                }
                if (result.GetValue(refresh))
                {
                    result.AddError($"{name} builds in full what it builds, and 'greenery verify' compares the "
                        + "rest with a full build, so it has no use for --full-refresh.");
                }
            }
            else if (result.GetResult(select) is { Implicit: false })
            {
                result.AddError("--select needs --no-publish or --env: a run that publishes builds all that has "
                    + "changed. Try the models, then 'greenery publish RUN'.");
            }
            if (result.GetValue(reload) && result.GetValue(date) is null)
            {
                result.AddError("--reload needs --date: which day's drops are to be loaded again?");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var isTrying = parsed.GetValue(isTry) || parsed.GetValue(environment) is not null;
            return RunAsync(
                new RunRequest
                {
                    Date = parsed.GetValue(date),
                    IsReload = parsed.GetValue(reload),
                    IsFullRefresh = parsed.GetValue(refresh),
                    MayWithdraw = parsed.GetValue(withdraw),
                    Selection = isTrying ? parsed.GetValue(select) ?? [] : null,
                    Environment = parsed.GetValue(environment),
                    StartedBy = isTrying ? RunTrigger.Try : RunTrigger.Cli,
                },
                parsed.CreateTerminal(json),
                cancellationToken);
        });
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
    public static Task<(int ExitCode, object Result)> RunAsync(
        PipelineHost host, RunRequest request, Terminal terminal, CancellationToken cancellationToken) => RunAsync(
            host, (pipeline, progress) => pipeline.RunAsync(request, progress, cancellationToken), terminal,
            cancellationToken);

    /// <summary>The same of a run that is asked for otherwise.</summary>
    public static async Task<(int ExitCode, object Result)> RunAsync(
        PipelineHost host, Func<Pipeline, IProgress<RunEvent>, Task<RunOutcome>> runAsync, Terminal terminal,
        CancellationToken cancellationToken)
    {
        var pipeline = await host.PipelineAsync(cancellationToken);
        var outcome = terminal.Log.IsJson
            ? await LogAsync(progress => runAsync(pipeline, progress), terminal.Log)
            : await new RunProgress(terminal).ShowAsync(progress => runAsync(pipeline, progress));
        if (outcome.IsBusy)
        {
            terminal.Line(outcome.Message!);
            return (CommandLine.Broken, outcome);
        }
        if (outcome is { State: RunState.Unchanged, Message: { } nothingToDo })
        {
            terminal.Line(nothingToDo);
            return (CommandLine.Success, outcome);
        }
        return (RunStates.ExitCode(outcome.State, outcome.IsPartial), await PrintAsync(host, outcome, terminal));
    }

    // As hosts do: a run that comes to its end says so by its steps; a message has one that does not.
    private static async Task<RunOutcome> LogAsync(
        Func<IProgress<RunEvent>, Task<RunOutcome>> runAsync, LogOutput output)
    {
        var outcome = await runAsync(new StepLog(output.CreateLogger<StepLog>()));
        if (outcome is { IsBusy: true, Message: { } busy })
        {
            output.Error(busy);
        }
        else if (outcome is { State: RunState.Unchanged, Message: { } nothingToDo })
        {
            output.CreateLogger<Pipeline>().NothingToDo(outcome.RunId, TerminalText.Escape(nothingToDo));
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
