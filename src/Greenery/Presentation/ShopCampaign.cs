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
    long Sessions, decimal? BounceRate, decimal? ConversionRate, bool NeedsReview)
{
    /// <summary>
    /// Takes <c>@most</c>. Those that need a review come first, the most visited first among them. Cast, because a
    /// record takes one type only, and a user may give a model's column another one.
    /// </summary>
    /// <param name="model">The model with <c>meta: {report: campaigns}</c>.</param>
    internal static string Sql(Model model) =>
        $"""
        select campaign_name::text as name, subject::text as subject, sent_at::timestamptz as sent_at,
            impressions::bigint as impressions, open_rate::numeric as open_rate,
            click_through_rate::numeric as click_through_rate, landing_page_sessions::bigint as sessions,
            bounce_rate::numeric as bounce_rate, conversion_rate::numeric as conversion_rate,
            coalesce(needs_review::boolean, false) as needs_review
        from {model.QualifiedName}
        order by needs_review desc, sessions desc, name
        limit @most
        """;
}
