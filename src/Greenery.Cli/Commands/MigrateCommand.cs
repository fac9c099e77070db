using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary>
/// <c>greenery migrate</c>: the ops schema up to date, the marts readable, and tables on the nodes of a cluster,
/// without a run.
/// </summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var from = new Option<string?>("--rename-from")
        {
            HelpName = "name",
            Description = "Make the database this project's, though it is of the project of this name.",
        };
        var toCitus = new Option<bool>("--to-citus")
        {
            Description = "Then move the tables of the warehouse to where the project has them on a Citus cluster; "
                + "readers go on reading.",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "migrate", "Bring the ops schema up to date, and let greenery_reader read the marts.")
        {
            from, toCitus, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(from), parsed.GetValue(toCitus), parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string? renameFrom, bool toCitus, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var warehouse = await host.DatabaseAsync(cancellationToken);
        var (migrations, missing) = await SilenceLimit.RunAsync(
            warehouse, SilenceLimit.Usual,
            stop => MigrateAsync(host.Project, renameFrom, warehouse, terminal, stop), cancellationToken);
        terminal.Line($"Warehouse: {warehouse.Description}");
        terminal.Line(migrations.Count == 0
            ? "The ops schema is up to date."
            : $"The ops schema is up to date now: {NumberFormat.Count(migrations.Count, "migration")} from "
                + $"{migrations[0]} to {migrations[^1]}.");
        if (renameFrom is not null)
        {
            terminal.Line($"It is of project '{host.Project.Name}' now, no longer of '{renameFrom}'.");
        }
        foreach (var line in missing)
        {
            terminal.Line($"Warning: {line}");
        }
        var (outcome, moved) = toCitus
            ? await (await host.PipelineAsync(cancellationToken)).MoveAsync(terminal, cancellationToken) : default;
        foreach (var table in moved?.Rebuilt ?? [])
        {
            terminal.Line($"Made anew by the next run: {table}.");
        }
        if (outcome is not null)
        {
            terminal.Line(outcome.Message ?? "");
        }
        terminal.Json(new { migrations, missing, moved?.Moved, moved?.Rebuilt, moved?.Kept, outcome });
        var exitCode = outcome is null ? CommandLine.Success
            : outcome.IsBusy ? CommandLine.Broken : RunStates.ExitCode(outcome.State);
        return exitCode == CommandLine.Success && missing.Count > 0 ? CommandLine.Misused : exitCode;
    }

    private static async Task<(IReadOnlyList<string> Migrations, IReadOnlyList<string> Missing)> MigrateAsync(
        Project project, string? renameFrom, PostgresWarehouse warehouse, Terminal terminal,
        CancellationToken cancellationToken)
    {
        await (renameFrom is null
            ? ProjectIdentity.VerifyAsync(warehouse, project, cancellationToken)
            : ProjectIdentity.VerifyRenameAsync(warehouse, project, renameFrom, cancellationToken));
        var migrations = await new Migrations(warehouse, progress: terminal).RunAsync(cancellationToken);
        if (renameFrom is not null)
        {
            await ProjectIdentity.RenameAsync(warehouse, project, renameFrom, cancellationToken);
        }
        return (migrations, await new ReaderGrants(warehouse, project.Readers).GiveAsync(cancellationToken));
    }
}
