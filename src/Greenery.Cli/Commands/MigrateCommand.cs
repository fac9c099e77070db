using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery migrate</c>: the ops schema up to date, and the marts readable, without a run.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command(
            "migrate", "Bring the ops schema up to date, and let greenery_reader read the marts.") { json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(new Terminal(parsed.GetValue(json)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var warehouse = await host.DatabaseAsync(cancellationToken);
        var (migrations, missing) = await SilenceLimit.RunAsync(
            warehouse, SilenceLimit.Usual, stop => MigrateAsync(host, warehouse, terminal, stop), cancellationToken);
        terminal.Line($"Warehouse: {warehouse.Description}");
        terminal.Line(migrations.Count == 0
            ? "The ops schema is up to date."
            : $"The ops schema is up to date now: {NumberFormat.Count(migrations.Count, "migration")} from "
                + $"{migrations[0]} to {migrations[^1]}.");
        foreach (var line in missing)
        {
            terminal.Line($"Warning: {line}");
        }
        terminal.Json(new { migrations, missing });
        return missing.Count == 0 ? CommandLine.Success : CommandLine.Misused;
    }

    private static async Task<(IReadOnlyList<string> Migrations, IReadOnlyList<string> Missing)> MigrateAsync(
        PipelineHost host, PostgresWarehouse warehouse, Terminal terminal, CancellationToken cancellationToken)
    {
        var migrations = await new Migrations(warehouse, host.Settings.Sql, progress: terminal)
            .RunAsync(cancellationToken);
        return (migrations, await new ReaderGrants(warehouse).GiveAsync(cancellationToken));
    }
}
