namespace Greenery.Benchmarks.Torture;

/// <summary>How long a run takes on this machine at this time, so that random moments are within it.</summary>
internal sealed class Tempo
{
    private double _seconds = 2;

    /// <summary>A run took so long.</summary>
    public void Learn(TimeSpan run) => _seconds = (_seconds + run.TotalSeconds) / 2;

    /// <summary>A moment within the first part of a run.</summary>
    public TimeSpan Moment(Random random, double part) => TimeSpan.FromSeconds(random.NextDouble() * _seconds * part);
}
