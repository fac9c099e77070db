namespace Greenery.FaultInjection;

/// <summary>How long a run is at work on this machine at this time, so that random moments are within it.</summary>
internal sealed class RunTiming
{
    /// <summary>The rest of a process's time it starts up, and ends.</summary>
    private const double AtWork = 0.5;

    private double _seconds = 1;

    /// <summary>A process took so long.</summary>
    public void Learn(TimeSpan process) => _seconds = (_seconds + (process.TotalSeconds * AtWork)) / 2;

    /// <summary>A moment within the first part of a run.</summary>
    public TimeSpan Moment(Random random, double part) => TimeSpan.FromSeconds(random.NextDouble() * _seconds * part);
}
