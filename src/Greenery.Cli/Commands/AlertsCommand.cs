using System.CommandLine;
using Greenery.Alerts.Outbox;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery alerts</c>: open incidents, and messages that are not delivered yet.</summary>
internal static class AlertsCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("alerts", "List what is open, and the messages that are not delivered.")
        {
            json, AlertsSendCommand.Create(), AlertsTestCommand.Create(),
        };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        return await host.LimitSilenceAsync(
            stop => ShowAsync(host, terminal, stop), cancellationToken);
    }

    private static async Task<int> ShowAsync(PipelineHost host, Terminal terminal, CancellationToken cancellationToken)
    {
        var outbox = new OutboxOverview(await host.WarehouseAsync(cancellationToken));
        var open = await outbox.OpenAsync(cancellationToken);
        var undelivered = await outbox.UndeliveredAsync(cancellationToken);
        var list = new OutboxList(terminal);
        list.PrintOpen(open, TimeProvider.System.GetUtcNow().UtcDateTime);
        list.PrintUndelivered(undelivered);
        if (host.Alerts.Settings.Channels.Count == 0)
        {
            terminal.Line(NoChannel);
        }
        terminal.Json(new { open, undelivered });
        return CommandLine.Success;
    }

    /// <summary>The message for an installation without a channel.</summary>
    public const string NoChannel = "No notifications are sent: no channel is set. "
        + "Greenery:Alerts:Folder, Greenery:Alerts:Email, Greenery:Alerts:Smtp or Greenery:Alerts:Teams makes one.";
}
