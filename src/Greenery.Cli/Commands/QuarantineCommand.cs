using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Staging.Quarantine;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery quarantine</c>: which rows were quarantined, and why.</summary>
internal static class QuarantineCommand
{
    public static Command Create()
    {
        var drop = Drop();
        var json = CommonOptions.Json();
        var command =
            new Command("quarantine", "List the quarantined rows, by drop and rule, each with an example.")
        {
            drop, json, QuarantineReplayCommand.Create(),
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(drop), parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    public static Option<string?> Drop() => new("--drop")
    {
        Description = "Only this drop (2026-11-21/orders.csv); by default all.",
        HelpName = "PATH",
    };

    private static async Task<int> RunAsync(string? path, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        return await host.LimitSilenceAsync(
            stop => ShowAsync(host, path, terminal, stop), cancellationToken);
    }

    private static async Task<int> ShowAsync(
        PipelineHost host, string? path, Terminal terminal, CancellationToken cancellationToken)
    {
        var overview = new QuarantineOverview(await host.WarehouseAsync(cancellationToken));
        var rawRows = new RawRowMask(host.Project.Catalogue.Sources);
        var groups = (await overview.ReadAsync(path, cancellationToken))
            .Select(group => group with { Raw = group.Raw is { } raw ? rawRows.Show(group.Table, raw) : null })
            .ToList();
        new QuarantineList(terminal).Print(groups);
        terminal.Json(groups);
        return CommandLine.Success;
    }
}
