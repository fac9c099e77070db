using Greenery.Presentation;

namespace Greenery.Reports.Data;

/// <summary>What models say that the page shows rows of, as readers see them.</summary>
public sealed record ShopFindings
{
    /// <summary>Those that need a review first; at most as many as the page lists.</summary>
    public ShopRows<ShopCampaign> Campaigns { get; init; } = ShopRows<ShopCampaign>.None;

    /// <summary>How many campaigns there are in all.</summary>
    public long CampaignCount { get; init; }

    /// <summary>How many of all need a review.</summary>
    public long ReviewCount { get; init; }

    /// <summary>What separates repeat buyers from others, the clear differences first.</summary>
    public ShopRows<RepeatSignal> Signals { get; init; } = ShopRows<RepeatSignal>.None;

    /// <summary>Sessions and purchases by period and region, the oldest period first.</summary>
    public ShopRows<CohortConversion> Cohorts { get; init; } = ShopRows<CohortConversion>.None;

    /// <summary>Who ordered again, by month of the first order and month since.</summary>
    public ShopRows<CohortMonth> Retention { get; init; } = ShopRows<CohortMonth>.None;
}

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

/// <summary>Sessions of visitors from a region, and how many of them bought.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Region">State and country; null for all that have no line of their own.</param>
public sealed record CohortConversion(DateOnly From, DateOnly To, string? Region, long Sessions, long Converted);

/// <summary>Of those who first ordered in a month, who ordered so many months later.</summary>
/// <param name="Month">The first day of the month of the first order.</param>
/// <param name="IsComplete">The orders reach the end of the later month.</param>
public sealed record CohortMonth(DateOnly Month, int MonthsSince, long Users, long Active, bool IsComplete);
