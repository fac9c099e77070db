using System.CommandLine;
using Greenery.Alerts;
using Greenery.Alerts.Outbox;
using Greenery.Cli.Diagnosis;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery status</c>: what readers see now, and how the last run went.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("status", "Show what readers see now, and how the last run went.") { json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.CreateReadOnly(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        return await host.LimitSilenceAsync(
            stop => ShowAsync(host, terminal, stop), cancellationToken);
    }

    private static async Task<int> ShowAsync(PipelineHost host, Terminal terminal, CancellationToken cancellationToken)
    {
        var warehouse = await host.WarehouseAsync(cancellationToken);
        terminal.Line($"Warehouse: {warehouse.Description}");
        if (!await warehouse.HasLedgersAsync(cancellationToken))
        {
            ShowEmpty(ClockText.Describe(await host.ClockAsync(cancellationToken)), terminal);
            return CommandLine.Success;
        }
        var warnings = await WarningsAsync(host, cancellationToken);
        var reports = new RunReports(warehouse);
        var (last, live) = (await reports.LastAsync(cancellationToken), await reports.LiveAsync(cancellationToken));
        foreach (var warning in warnings)
        {
            terminal.Line($"Warning: {warning}");
        }
        if (last is null)
        {
            terminal.Line(NoRun);
        }
        else
        {
            terminal.Line(live is null
                ? "Nothing is published yet."
                : $"Readers see run {live.RunId}, data through {live.BusinessDate:yyyy-MM-dd}, published "
                + $"{live.FinishedAt:u}.");
            new RunSummary(terminal, host.Project.Metrics).Print(last);
        }
        var cluster = await Doctor.LookAsync(
            ClusterLines.Subject, token => ClusterLines.ReadAsync(warehouse, token), cancellationToken);
        foreach (var line in cluster)
        {
            terminal.Line($"Cluster: {line.Text}");
        }
        var undelivered = await new OutboxOverview(warehouse).UndeliveredAsync(cancellationToken);
        new OutboxList(terminal).PrintTroubles(undelivered, host.Time.GetUtcNow().UtcDateTime);
        terminal.Json(new { live, last, undelivered, warnings, cluster = cluster.Select(line => line.Text) });
        return CommandLine.Success;
    }

    private const string NoRun =
        "There was no run yet. 'greenery run' makes the first one; 'greenery demo' shows one on sample data.";

    private static void ShowEmpty(string? warning, Terminal terminal)
    {
        if (warning is not null)
        {
            terminal.Line($"Warning: {warning}");
        }
        terminal.Line(NoRun);
        terminal.Json(new
        {
            live = (object?)null, last = (object?)null, undelivered = Array.Empty<object>(),
            warnings = new[] { warning }.OfType<string>(),
        });
    }

    private static async Task<List<string>> WarningsAsync(PipelineHost host, CancellationToken cancellationToken) =>
    [
        .. new[]
        {
            ClockText.Describe(await host.ClockAsync(cancellationToken)),
            await FutureRuns.DescribeAsync(await host.WarehouseAsync(cancellationToken), cancellationToken),
        }.OfType<string>(),
        .. await new ReaderGrants(await host.WarehouseAsync(cancellationToken), host.Project.Readers)
            .MissingAsync(withRevoked: true, cancellationToken),
        .. await DeliveryWarnings.ReadAsync(await host.WarehouseAsync(cancellationToken), cancellationToken),
    ];
}
