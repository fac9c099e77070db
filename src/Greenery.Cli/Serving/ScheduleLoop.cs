using Greenery.Hosting;
using Greenery.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Greenery.Cli.Serving;

/// <summary>Wakes up when a night is due, when a run has ended, and every hour, and looks what there is to do.</summary>
internal sealed class ScheduleLoop(IWorkplace workplace, RunControl control, LocalLauncher launcher, ILogger<ScheduleLoop> log) : BackgroundService
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>When another run is in the way, or the look failed.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await LookAsync(stoppingToken);
            using var woken = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var running = launcher.Running;
            // A run that ended long ago wakes nobody.
            Task[] reasons = running.IsCompleted
                ? [Task.Delay(pause, workplace.Time, woken.Token)]
                : [Task.Delay(pause, workplace.Time, woken.Token), running];
            await Task.WhenAny(reasons);
            await woken.CancelAsync();
        }
    }

    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await control.LookAsync(cancellationToken)).IsWaiting ? Soon : UntilNext();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            log.LookFailed(exception.Message);
            return Soon;
        }
    }

    private TimeSpan UntilNext()
    {
        var now = workplace.Time.GetUtcNow();
        var next = workplace.Settings.Schedule.NextAfter(now)?.At - now ?? Hour;
        return next < Hour ? next : Hour;
    }
}
