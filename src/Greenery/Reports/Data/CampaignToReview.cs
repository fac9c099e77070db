namespace Greenery.Reports.Data;

/// <summary>
/// A campaign whose mail promises what its page does not keep. Rates are shares of 1; null without visitors.
/// </summary>
/// <param name="SentAt">UTC; null when it was not sent yet.</param>
public sealed record CampaignToReview(
    string Name, string? Subject, DateTime? SentAt, long Impressions, decimal? OpenRate, decimal? ClickThroughRate,
    long Sessions,
    decimal? BounceRate, decimal? ConversionRate);
