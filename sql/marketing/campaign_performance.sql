-- The limits of needs_review. A mail whose subject draws more than usual and
-- whose page then loses most visitors promises what the page does not keep.
-- Usual is the shop's own median once least_campaigns have run: a rate is high
-- from a fifth above it (above_usual), at most halfway from it to 1. Until
-- then the fixed rates hold: of a shop's mails commonly a fifth to two fifths
-- are opened, of its visits a fifth to a half bounce. A campaign with few
-- sessions is not judged: 6 of 10 is chance.
with limits as (
    select
        0.40 as high_open_rate,
        0.60 as high_bounce_rate,
        0.20 as least_bounce_rate,
        1.2 as above_usual,
        5 as least_campaigns,
        30 as least_sessions
),

computed_rates as (
    select
        campaign_counts.*,
        round(1.0 * opens / nullif(impressions, 0), 4) as open_rate,
        round(1.0 * clicks / nullif(impressions, 0), 4) as click_through_rate,
        round(1.0 * clicks / nullif(opens, 0), 4) as click_to_open_rate,
        round(
            1.0 * bounced_sessions / nullif(landing_page_sessions, 0), 4
        ) as bounce_rate,
        round(
            1.0 * conversions / nullif(landing_page_sessions, 0), 4
        ) as conversion_rate
    from campaign_counts
),

found_usual_rates as (
    select
        count(*) as campaigns,
        percentile_cont(0.5) within group (
            order by open_rate
        )::numeric as usual_open_rate,
        percentile_cont(0.5) within group (
            order by bounce_rate
        )::numeric as usual_bounce_rate
    from computed_rates
    cross join limits
    where
        landing_page_sessions >= least_sessions
        and open_rate is not null
),

chosen_limits as (
    select
        least_sessions,
        case
            when campaigns < least_campaigns then high_open_rate
            else round(least(
                above_usual * usual_open_rate, (1 + usual_open_rate) / 2
            ), 4)
        end as open_rate_limit,
        case
            when campaigns < least_campaigns then high_bounce_rate
            else round(greatest(least_bounce_rate, least(
                above_usual * usual_bounce_rate, (1 + usual_bounce_rate) / 2
            )), 4)
        end as bounce_rate_limit
    from limits
    cross join found_usual_rates
)

select
    campaign_id,
    campaign_name,
    subject,
    promo_id,
    landing_page_url,
    utm_campaign,
    sent_at,
    recipients,
    impressions,
    opens,
    clicks,
    total_opens,
    total_clicks,
    landing_page_sessions,
    bounced_sessions,
    conversions,
    open_rate,
    click_through_rate,
    click_to_open_rate,
    bounce_rate,
    conversion_rate,
    coalesce(
        landing_page_sessions >= least_sessions
        and open_rate >= open_rate_limit
        and bounce_rate >= bounce_rate_limit,
        false
    ) as needs_review,
    single_page_sessions,
    open_rate_limit,
    bounce_rate_limit
from computed_rates
cross join chosen_limits
