using Greenery.Models;

namespace Greenery.Presentation;

/// <summary>
/// An e-mail campaign, for the page and the digest. Rates are shares of 1; null without mails or visitors.
/// </summary>
/// <param name="SentAt">UTC; null when it was not sent yet.</param>
/// <param name="Sessions">Visits to the page that it leads to.</param>
/// <param name="NeedsReview">The mail promises what its page does not keep.</param>
public sealed record ShopCampaign(
    string Name, string? Subject, DateTime? SentAt, long Impressions, decimal? OpenRate, decimal? ClickThroughRate,
    long Sessions, decimal? BounceRate, decimal? ConversionRate, bool NeedsReview);
