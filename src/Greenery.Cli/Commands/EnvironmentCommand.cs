using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Publishing;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery env</c>: environments that show the marts as tried; <c>env drop</c> drops one.</summary>
internal static class EnvironmentCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("env", "List the environments: schemas that show the marts as tried (run --env).")
        {
            json, CreateDrop(),
        };
        command.SetAction((parsed, cancellationToken) => ListAsync(parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static Command CreateDrop()
    {
        var name = new Argument<string>("name") { Description = "The environment, as 'greenery env' lists it." };
        var json = CommonOptions.Json();
        var command = new Command("drop", "Drop an environment's schemas. No mart and no run is affected.")
        {
            name, json,
        };
        command.SetAction((parsed, cancellationToken) => DropAsync(
            parsed.GetValue(name)!, parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> ListAsync(Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.CreateReadOnly(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var lines = await host.LimitSilenceAsync(
            async stop => await (await EnvironmentsAsync(host, stop)).ListAsync(stop), cancellationToken);
        new EnvironmentList(terminal).Print(lines, host.Time.GetUtcNow().UtcDateTime);
        terminal.Json(lines);
        return CommandLine.Success;
    }

    private static async Task<int> DropAsync(string text, Terminal terminal, CancellationToken cancellationToken)
    {
        var name = EnvironmentName.Parse(text, "env drop");
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var schemas = await host.LimitSilenceAsync(
            async stop => await (await EnvironmentsAsync(host, stop)).DropAsync(name, stop), cancellationToken);
        terminal.Line($"Environment {name} is gone: schemas {string.Join(", ", schemas)}. What it showed is kept "
            + "as that of any other try.");
        terminal.Json(new { name = $"{name}", schemas });
        return CommandLine.Success;
    }

    private static async Task<Environments> EnvironmentsAsync(PipelineHost host, CancellationToken cancellationToken) =>
        new(await host.WarehouseAsync(cancellationToken), host.Project.Catalogue.Marts);
}
