using System.Diagnostics;

namespace Greenery.Benchmarks.Load;

/// <summary>How long something took, and the most memory this process had meanwhile.</summary>
internal sealed record Measurement(TimeSpan Time, long PeakBytes)
{
    public static async Task<Measurement> OfAsync(Func<Task> action)
    {
        GC.Collect();
        using var stop = new CancellationTokenSource();
        var sampling = SampleAsync(stop.Token);
        var watch = Stopwatch.StartNew();
        await action();
        watch.Stop();
        await stop.CancelAsync();
        return new Measurement(watch.Elapsed, await sampling);
    }

    private static async Task<long> SampleAsync(CancellationToken cancellationToken)
    {
        var peak = 0L;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            do
            {
                peak = Math.Max(peak, Environment.WorkingSet);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The action is done.
        }
        return peak;
    }
}
