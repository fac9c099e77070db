namespace Greenery.Reports.Data;

/// <summary>What marketing's models say, as readers see them.</summary>
/// <param name="Campaigns">Those that need review; null where there is no such model or nothing was published
/// yet.</param>
/// <param name="CampaignCount">How many campaigns there are in all.</param>
/// <param name="Signals">Null where there is no such model or nothing was published yet.</param>
/// <param name="CampaignFault">Why the campaigns could not be read; null when they could.</param>
/// <param name="SignalFault">Why the signals could not be read; null when they could.</param>
public sealed record ShopFindings(
    IReadOnlyList<CampaignToReview>? Campaigns, long CampaignCount, IReadOnlyList<RepeatSignal>? Signals,
    string? CampaignFault,
    string? SignalFault);

/// <summary>
/// A campaign whose mail promises what its page does not keep. Rates are shares of 1; null without visitors.
/// </summary>
/// <param name="SentAt">UTC; null when it was not sent yet.</param>
public sealed record CampaignToReview(
    string Name, string? Subject, DateTime? SentAt, long Impressions, decimal? OpenRate, decimal? ClickThroughRate,
    long Sessions,
    decimal? BounceRate, decimal? ConversionRate);

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
