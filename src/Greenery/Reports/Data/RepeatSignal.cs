namespace Greenery.Reports.Data;

/// <summary>
/// What is known at a buyer's first order: its average among those who bought again in time and those who did not.
/// </summary>
/// <param name="Unit">What the averages count: dollars, days and so on; of a share, parts of 1.</param>
/// <param name="Difference">The first average minus the second; null where a group has no buyer.</param>
/// <param name="IntervalLow">Lower end of the difference's 95% confidence interval; null where unknown.</param>
/// <param name="IntervalHigh">Upper end of the interval; null where unknown.</param>
/// <param name="Verdict">more, less, no clear difference, or too few to say.</param>
public sealed record RepeatSignal(
    string Signal, string Unit, decimal? RepeatAverage, decimal? OneTimeAverage, decimal? Difference,
    decimal? IntervalLow, decimal? IntervalHigh, string Verdict, long RepeatBuyers, long OneTimeBuyers)
{
    /// <summary>Whether more than chance is in the difference.</summary>
    public bool IsClear => Verdict is "more" or "less";
}
