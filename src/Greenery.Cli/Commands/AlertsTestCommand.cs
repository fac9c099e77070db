using System.CommandLine;
using Greenery.Alerts;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Routing;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery alerts test</c>: does every channel take a message, and who would hear of what?</summary>
internal static class AlertsTestCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command(
            "test", "Send a sample through every channel (mail is verified, not sent), and say what would happen.")
            { json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var router = new Router(host.Project, host.Alerts.Settings);
        if (!router.HasChannels)
        {
            terminal.Line(AlertsCommand.NoChannel);
        }
        var test = new AlertTest(router, [.. services.GetServices<ITransport>()], host.Time);
        foreach (var line in test.Text?.Split('\n') ?? [])
        {
            terminal.Line(line);
        }
        var results = await test.RunAsync(cancellationToken);
        foreach (var (to, delivery) in results)
        {
            var (colour, word) = Describe(delivery.Outcome);
            terminal.Markup(
                $"[{colour}]{word}[/] {Markup.Escape($"{to.Channel} to {to.Destination.Address}: {delivery.Text}")}");
        }
        var routes = router.Routes();
        foreach (var route in routes)
        {
            terminal.Line($"  {route.Person} is notified on {route.Channel} ({route.Destination.Address})");
        }
        terminal.Json(new { channels = results.Select(result => new { result.To, result.Delivery }), routes });
        return results.Select(result => result.Delivery.Outcome).DefaultIfEmpty().Max() switch
        {
            DeliveryOutcome.Accepted => CommandLine.Success,
            DeliveryOutcome.Later => CommandLine.Broken,
            _ => CommandLine.Misused,
        };
    }

    private static (string Colour, string Word) Describe(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Accepted => ("green", "works  "),
        DeliveryOutcome.Later => ("yellow", "not now"),
        _ => ("red", "refused"),
    };
}
