-- The limits of needs_review. A mail whose subject draws more than usual and
-- whose page then loses most visitors promises what the page does not keep.
-- Starting points: of a shop's mails commonly a fifth to two fifths are
-- opened, of its visits a fifth to a half bounce. Move them to what is high
-- for this shop once some campaigns have run.
with limits as (
    select
        0.40 as high_open_rate,
        0.60 as high_bounce_rate
),

summed_recipients as (
    select
        campaign_id,
        count(*) filter (where impressions > 0) as impressions,
        count(*) filter (where opens > 0) as opens,
        count(*) filter (where clicks > 0) as clicks,
        sum(opens)::bigint as total_opens,
        sum(clicks)::bigint as total_clicks
    from campaign_recipients
    group by campaign_id
),

summed_sessions as (
    select
        utm_campaign,
        count(*) as landing_page_sessions,
        sum(bounce_flag) as bounced_sessions,
        sum(conversion_flag) as conversions
    from campaign_sessions
    group by utm_campaign
),

-- A campaign that was not sent yet, or that nobody came by, is a row as well.
joined_counts as (
    select
        campaigns.campaign_id,
        campaigns.name as campaign_name,
        campaigns.subject,
        campaigns.promo_id,
        campaigns.landing_page_url,
        campaigns.utm_campaign,
        campaigns.sent_at,
        campaigns.recipients,
        coalesce(impressions, 0) as impressions,
        coalesce(opens, 0) as opens,
        coalesce(clicks, 0) as clicks,
        coalesce(total_opens, 0) as total_opens,
        coalesce(total_clicks, 0) as total_clicks,
        coalesce(landing_page_sessions, 0) as landing_page_sessions,
        coalesce(bounced_sessions, 0) as bounced_sessions,
        coalesce(conversions, 0) as conversions
    from campaigns
    left join summed_recipients using (campaign_id)
    left join summed_sessions using (utm_campaign)
),

computed_rates as (
    select
        *,
        round(1.0 * opens / nullif(impressions, 0), 4) as open_rate,
        round(1.0 * clicks / nullif(impressions, 0), 4) as click_through_rate,
        round(1.0 * clicks / nullif(opens, 0), 4) as click_to_open_rate,
        round(
            1.0 * bounced_sessions / nullif(landing_page_sessions, 0), 4
        ) as bounce_rate,
        round(
            1.0 * conversions / nullif(landing_page_sessions, 0), 4
        ) as conversion_rate
    from joined_counts
)

select
    computed_rates.*,
    coalesce(
        open_rate >= high_open_rate and bounce_rate >= high_bounce_rate, false
    ) as needs_review
from computed_rates
cross join limits
