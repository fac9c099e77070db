using System.CommandLine;
using System.CommandLine.Parsing;
using Greenery.Cli.Output;
using Greenery.Cli.Serving;
using Greenery.Drops;
using Greenery.Hosting;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery serve</c>: the schedule and the HTTP routes, without Azure.</summary>
internal static class ServeCommand
{
    private static readonly Uri Default = new("http://127.0.0.1:7071");

    public static Command Create()
    {
        var listen = new Option<Uri>("--listen")
        {
            Description = "Where to listen; anything but this machine's own address needs Greenery:ApiKey.",
            HelpName = "URL",
            DefaultValueFactory = _ => Default,
            CustomParser = Parse,
        };
        var command = new Command(
            "serve", "Run daily by the schedule, and answer the HTTP routes, until it is stopped.") { listen };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(listen)!, parsed.CreateTerminal(), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Uri listen, Terminal terminal, CancellationToken cancellationToken)
    {
        using var telemetry = CliTelemetry.Start();
        await using var app = Server.Build(listen, terminal);
        var settings = app.Services.GetRequiredService<GreenerySettings>();
        VerifyConnections(settings, app.Services.GetRequiredService<PipelineHostOptions>());
        if (settings.ApiKey is null && !Server.IsLoopback(listen))
        {
            throw new ConfigurationException(
                "Greenery:ApiKey",
                $"is not set, and {listen} can be reached from other machines; expected a long random text that "
                + "callers send in the header x-functions-key. Set it, or listen on 127.0.0.1.");
        }
        await Server.RunAsync(app, listen, terminal, cancellationToken);
        return CommandLine.Success;
    }

    // Looks at the settings that are otherwise read when they are first needed.
    private static void VerifyConnections(GreenerySettings settings, PipelineHostOptions options)
    {
        if (settings.Warehouse is { } warehouse)
        {
            PostgresWarehouse.Verify(warehouse, options.LeastConnections);
        }
        if (settings.Drops is { } drops)
        {
            DropStores.Open(drops, settings.DropsContainer);
        }
    }

    private static Uri? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Contains('@', StringComparison.Ordinal))
        {
            // Not shown: it may be a password.
            result.AddError("--listen has a user name or a password in it (before an @); expected http://HOST:PORT, "
                + $"such as {Default.OriginalString}. Set Greenery:ApiKey to say who may call.");
            return null;
        }
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" && url.PathAndQuery == "/")
        {
            return url;
        }
        result.AddError($"'{text}' is no address to listen on; expected http://HOST:PORT, such as "
            + $"{Default.OriginalString}. For https put a proxy in front.");
        return null;
    }
}
