namespace Greenery.Benchmarks.Clusters;

/// <summary>How long a run took.</summary>
/// <param name="Seconds">All of it, as its caller sees it.</param>
/// <param name="Parts">Seconds in which at least one step of a kind was at work, by kind: <c>load</c>.</param>
internal sealed record RunFigures(double Seconds, IReadOnlyDictionary<string, double> Parts)
{
    /// <summary>The run that took longer than half of the others.</summary>
    public static RunFigures MedianOf(IReadOnlyCollection<RunFigures> runs) =>
        runs.OrderBy(run => run.Seconds).ElementAt(runs.Count / 2);
}
