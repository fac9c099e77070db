using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Staging.Discovery;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery plan</c>: what a run would load, build and reuse now, and why.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var date = CommonOptions.Date("--date", "As for run: drops up to this business date only.");
        var refresh = CommonOptions.FullRefresh();
        var sql = new Option<bool>("--sql") { Description = "Print the statements of the models to build as well." };
        var explain = new Option<bool>("--explain")
        {
            Description = "On a Citus cluster, show which rows move to compute each model in full.",
        };
        var json = CommonOptions.Json();
        var command = new Command("plan", "Show what a run would load, build and reuse, and why. Changes nothing.")
        {
            date, refresh, sql, explain, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(date), parsed.GetValue(refresh), parsed.GetValue(sql), parsed.GetValue(explain),
            parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        DateOnly? date, bool isFullRefresh, bool hasSql, bool isExplained, Terminal terminal,
        CancellationToken cancellationToken)
    {
        await using var services = CliServices.CreateReadOnly(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        return await host.LimitSilenceAsync(
            stop => ShowAsync(host, date, isFullRefresh, hasSql, isExplained, terminal, stop), cancellationToken);
    }

    private static async Task<int> ShowAsync(
        PipelineHost host, DateOnly? date, bool isFullRefresh, bool hasSql, bool isExplained, Terminal terminal,
        CancellationToken cancellationToken)
    {
        var traffic = isExplained ? await TrafficAsync(host, cancellationToken) : null;
        var pipeline = await host.PipelineAsync(cancellationToken);
        var preview = await pipeline.PreviewAsync(date, isFullRefresh, cancellationToken);
        var (drops, tables, models) = preview;
        foreach (var note in drops.Notes)
        {
            terminal.Markup($"[yellow]note[/]    {Markup.Escape(note.ToString())}");
        }
        foreach (var drop in drops.Pending)
        {
            terminal.Markup($"[green]load[/]    {Markup.Escape(drop.Path)} [grey]into staging.{drop.Table}[/]");
        }
        foreach (var table in tables)
        {
            terminal.Markup($"[yellow]staging[/] {Markup.Escape(table)}");
        }
        foreach (var model in models)
        {
            var colour = model.Action == ModelAction.Build ? "green" : "grey";
            var action = EnumText.Name(model.Action);
            var part = model.IsDelta ? ", new rows only" : "";
            terminal.Markup($"[{colour}]{action}[/]   {model.Model} [grey]({Markup.Escape(model.Reason)}{part})[/]");
            if (hasSql && model.Action == ModelAction.Build)
            {
                terminal.Line(model.Statement);
            }
        }
        var colocations = models.Where(model => model.Action == ModelAction.Build)
            .Select(model => ModelColocation.Find(host.Project.Catalogue, model.Model)).OfType<ModelColocation>()
            .ToList();
        foreach (var colocation in colocations)
        {
            terminal.Markup($"[grey]cluster[/] {Markup.Escape(colocation.Describe())}");
        }
        foreach (var model in traffic ?? [])
        {
            var colour = model.MovesNone ? "green" : "yellow";
            terminal.Markup($"[{colour}]explain[/] {Markup.Escape(model.Describe())}");
        }
        ShowWithdrawal(preview.Withdrawal, terminal);
        terminal.Line($"{NumberFormat.Count(drops.Pending.Count, "drop")} to load, "
            + $"{NumberFormat.Count(models.Count(model => model.Action == ModelAction.Build), "model")} to build, "
            + $"{NumberFormat.Count(models.Count(model => model.Action == ModelAction.Reuse))} to reuse. Nothing was "
            + $"changed.");
        terminal.Json(new
        {
            withdraw = preview.Withdrawal.Models,
            needsWithdraw = preview.Withdrawal.NeedsConsent,
            load = drops.Pending.Select(drop => new { drop.Path, drop.Table, drop.Date, drop.Bytes }),
            notes = drops.Notes.Select(note => note.ToString()),
            staging = tables,
            colocation = colocations,
            traffic = traffic?.Select(model => new
            {
                model.Model.Mart, model = model.Model.Name, model.Result, model.IsShuffled, model.Pulled,
            }),
            models = models.Select(model => new
            {
                model.Model.Mart, model = model.Model.Name, model.Action, model.Reason, isIncremental = model.IsDelta,
                sql = hasSql && model.Action == ModelAction.Build ? model.Statement : null,
            }),
        });
        return CommandLine.Success;
    }

    private static async Task<IReadOnlyList<ModelTraffic>> TrafficAsync(
        PipelineHost host, CancellationToken cancellationToken)
    {
        var warehouse = await host.WarehouseAsync(cancellationToken);
        await host.Project.ValidateAsync(warehouse, cancellationToken);
        var diagnostics = new List<Diagnostic>();
        var traffic = await new ClusterPlanner(warehouse).ReadAsync(
            host.Project.Catalogue, diagnostics, cancellationToken);
        return diagnostics.Count > 0 ? throw new ConfigurationException(diagnostics)
            : traffic ?? throw new ConfigurationException(
                "--explain", $"{warehouse.Description} is no Citus cluster, or this role may make no schema there; "
                + "expected a coordinator's database with the extension citus, and the role of runs. On a single "
                + "server no rows move: leave it out.");
    }

    private static void ShowWithdrawal(Withdrawal withdrawal, Terminal terminal)
    {
        foreach (var model in withdrawal.Models)
        {
            terminal.Markup($"[red]withdraw[/] {Markup.Escape(model)} [grey](the project has it no more)[/]");
        }
        if (withdrawal.NeedsConsent)
        {
            terminal.Line($"A run would be refused: readers would lose {withdrawal.Models.Count} of "
                + $"{NumberFormat.Count(withdrawal.Published, "model")}. If they are to go: greenery run --withdraw.");
        }
    }
}
