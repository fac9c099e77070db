using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Warehouse;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Greenery.Cli.Serving;

/// <summary>
/// Wakes up when a scheduled run is due, when a run has ended, and every hour, and looks what there is to do.
/// </summary>
internal sealed class ScheduleLoop(IPipelineHost host, RunControl control, LocalLauncher launcher,
    ILogger<ScheduleLoop> log) : BackgroundService
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>When another run is in the way, or the look failed.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    /// <summary>For one look, with all messages it sends: a database that never answers must not end the schedule.
    /// </summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Between two looks in any case: a run that ends at once, again and again, must not keep the database busy.
    /// </summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await PollAsync(stoppingToken);
            using var woken = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            // Also of a run that was started over HTTP since the poll.
            await Task.WhenAny(Task.Delay(pause, host.Time, woken.Token), launcher.EndedAsync(woken.Token));
            await woken.CancelAsync();
            await Task.WhenAny(Task.Delay(Breath, host.Time, stoppingToken));
        }
    }

    private async Task<TimeSpan> PollAsync(CancellationToken cancellationToken)
    {
        try
        {
            var poll = await TimeLimit.RunAsync(Longest, control.PollDueRunsAsync, cancellationToken);
            return poll.IsWaiting ? Soon : UntilNext();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            log.PollFailed(TerminalText.Escape(PostgresMessage.Describe(exception)));
            return Soon;
        }
    }

    private TimeSpan UntilNext()
    {
        var now = host.Time.GetUtcNow();
        var next = host.Settings.Schedule.NextAfter(now)?.At - now ?? Hour;
        return next < Hour ? next : Hour;
    }
}
