using System.CommandLine;
using Greenery.Alerts;
using Greenery.Alerts.Outbox;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Presentation;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery alerts send</c>: tells people what is due now. What <c>serve</c> does every hour.</summary>
internal static class AlertsSendCommand
{
    public static Command Create()
    {
        var again = new Option<bool>("--again")
        {
            Description = "Try the last week's messages again that were refused or given up: the channel is put right.",
        };
        var json = CommonOptions.Json();
        var command =
            new Command("send", "Send what is due now: changes, reminders, digests, and what was not delivered.")
            { again, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(again), parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool isAgain, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var alerting = await host.AlertingAsync(cancellationToken);
        var outbox = new OutboxOverview(await host.WarehouseAsync(cancellationToken));
        if (isAgain)
        {
            await outbox.TryAgainAsync(TimeProvider.System.GetUtcNow().UtcDateTime, cancellationToken);
        }
        var summary = await alerting.CheckAsync(cancellationToken);
        terminal.Line($"{NumberFormat.Count(summary.Accepted, "message")} sent, "
            + $"{NumberFormat.Count(summary.Later, "failed attempt")}, {summary.Refused} refused.");
        var undelivered = await outbox.UndeliveredAsync(cancellationToken);
        new OutboxList(terminal).PrintUndelivered(undelivered);
        terminal.Json(new { summary.Accepted, summary.Later, summary.Refused, undelivered });
        return summary.Later + summary.Refused == 0 ? CommandLine.Success : CommandLine.Broken;
    }
}
