using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Drops;
using Greenery.Hosting;
using Greenery.Models;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery validate</c>: are settings, contract, models and checks right?</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var offline = new Option<bool>("--offline")
        {
            Description = "Read the files only; do not have PostgreSQL look at the SQL.",
        };
        var json = CommonOptions.Json();
        var command = new Command("validate", "Verify settings, contract, models and checks. Changes nothing.")
            { offline, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(offline), parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool isOffline, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.CreateReadOnly(terminal, isStrict: true);
        var host = services.GetRequiredService<PipelineHost>();
        var project = host.Project;
        List<Diagnostic> warnings = [.. project.Warnings, .. MissingDrops(host.Settings)];
        IReadOnlyList<string> eachRun = [];
        if (!isOffline)
        {
            var warehouse = await host.DatabaseAsync(cancellationToken);
            eachRun = await SilenceLimit.RunAsync(
                warehouse, SilenceLimit.Usual, stop => ValidateAsync(host, warehouse, stop), cancellationToken);
        }
        foreach (var warning in warnings)
        {
            terminal.Line($"Warning: {warning}");
        }
        foreach (var note in eachRun)
        {
            terminal.Line(note);
        }
        var colocations = ModelColocation.FindAll(project.Catalogue);
        foreach (var colocation in colocations)
        {
            terminal.Line($"On a Citus cluster, {colocation.Describe()}");
        }
        terminal.Line($"{host.Settings.Sql}: {NumberFormat.Count(project.Catalogue.Sources.Count, "source table")}, "
            + $"{NumberFormat.Count(project.Catalogue.Models.Count, "model")}, "
            + $"{NumberFormat.Count(project.Checks.Count, "check")}, "
            + $"{NumberFormat.Count(project.Metrics.Count, "metric")}: all valid"
            + $"{(isOffline ? " as far as the files tell" : "")}.");
        terminal.Json(new
        {
            isValid = true,
            sources = project.Catalogue.Sources.Select(source => source.Name),
            models = project.Catalogue.Models.Select(model => model.ToString()),
            checks = project.Checks.Select(check => check.Id),
            metrics = project.Metrics.Select(metric => metric.Name),
            evaluatedByEachRun = eachRun,
            colocation = colocations,
            warnings = warnings.Select(warning => warning.ToString()),
        });
        return CommandLine.Success;
    }

    // No fault of the project, which is validated where its drops are not, too.
    private static IEnumerable<Diagnostic> MissingDrops(GreenerySettings settings)
    {
        if (settings.Drops is { } drops && DropStores.Open(drops, settings.DropsContainer).Description is var folder
            && Path.IsPathRooted(folder) && !Directory.Exists(folder))
        {
            yield return new Diagnostic(
                DropStores.UsualSetting, $"folder {folder} is not there; a run from here would be refused.");
        }
    }

    // No ledger is needed, so that a project can be validated before its database is migrated; but a run must be able
    // to use it.
    private static async Task<IReadOnlyList<string>> ValidateAsync(
        PipelineHost host, PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        await new Migrations(warehouse).PreviewAsync(cancellationToken);
        await ProjectIdentity.VerifyAsync(warehouse, host.Project, cancellationToken);
        await host.Project.ValidateAsync(warehouse, cancellationToken);
        var refused = new List<Diagnostic>();
        await new ClusterPlanner(warehouse).ReadAsync(host.Project.Catalogue, refused, cancellationToken);
        if (refused.Count > 0)
        {
            throw new ConfigurationException(refused);
        }
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return [.. (await EachRunSql.ReadAsync(connection, host.Project, cancellationToken)).Describe()];
    }
}
