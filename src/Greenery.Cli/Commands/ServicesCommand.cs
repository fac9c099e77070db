using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.LocalServices;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery services up</c>: the local services for a host that starts none itself.</summary>
internal static class ServicesCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var settings = new Option<string?>("--settings")
        {
            Description = "Write them into this local.settings.json too; other settings in it stay.",
            HelpName = "FILE",
        };
        var up = new Command(
            "up", "Run PostgreSQL and Azurite until Ctrl-C, and print the settings of a Functions host (func start).")
        {
            settings,
        };
        up.SetAction((parsed, cancellationToken) => UpAsync(
            // Standard output is the settings.
            parsed.GetValue(settings), parsed.CreateTerminal(isJson: true), cancellationToken));
        return new Command("services", "The local services, for hosts that start none themselves.") { up };
    }

    private static async Task<int> UpAsync(string? file, Terminal terminal, CancellationToken cancellationToken)
    {
        // Whatever the settings name: what is printed here must be of this machine, and a wrong contract is no reason
        // not to start.
        var folder = CliServices.Configuration()[LocalServicesOptions.DataRootSetting];
        var own = new GreenerySettings { LocalData = string.IsNullOrWhiteSpace(folder) ? null : folder };
        await using var services = new LocalConnections(own, terminal);
        var shown = await ShowAsync(services, file, null, cancellationToken);
        terminal.Notice($"PostgreSQL and Azurite run until Ctrl-C.{(file is null
            ? " Copy the values above into local.settings.json, or let --settings local.settings.json do it." : "")} "
            + "Then: func start (docs/operations.md, On your machine). With psql: " + shown.PsqlCommand);
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (await services.KeepAsync(cancellationToken))
                {
                    terminal.Notice("The local services had ended; they were started again.");
                    shown = await ShowAsync(services, file, shown, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The usual end.
        }
        return CommandLine.Success;
    }

    // Ports may be others after a restart, when a program has taken them.
    private static async Task<FunctionsSettings> ShowAsync(
        LocalConnections services, string? file, FunctionsSettings? before, CancellationToken cancellationToken)
    {
        var strings = await Task.WhenAll(
            services.WarehouseAsync(cancellationToken), services.DropsAsync(cancellationToken),
            services.HostStorageAsync(cancellationToken));
        var settings = new FunctionsSettings(strings[0], strings[1], strings[2]);
        if (settings.Describe() != before?.Describe())
        {
            if (file is not null)
            {
                await settings.WriteAsync(file, cancellationToken);
            }
            await Console.Out.WriteAsync(settings.Describe());
        }
        return settings;
    }
}
