using Greenery.Hosting;
using Greenery.Presentation;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Greenery.Cli.Serving;

/// <summary>
/// Starts the local services again within seconds when PostgreSQL or the process that runs them was killed: without it
/// the next request or poll would have to find out.
/// </summary>
internal sealed class LocalServicesKeeper(IConnections connections, ILogger<LocalServicesKeeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (connections is not LocalConnections local)
        {
            return;
        }
        var (said, timer) = ("", new PeriodicTimer(Interval));
        using (timer)
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                said = await KeepAsync(local, said, stoppingToken);
                await Task.WhenAny(timer.WaitForNextTickAsync(stoppingToken).AsTask());
            }
        }
    }

    // What is wrong is logged once, not every two seconds.
    private async Task<string> KeepAsync(LocalConnections local, string said, CancellationToken stoppingToken)
    {
        try
        {
            if (await local.KeepAsync(stoppingToken))
            {
                log.LocalServicesStarted();
            }
            return "";
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            if (exception.Message != said && !stoppingToken.IsCancellationRequested)
            {
                log.LocalServicesFailed(TerminalText.Escape(exception.Message));
            }
            return exception.Message;
        }
    }
}
