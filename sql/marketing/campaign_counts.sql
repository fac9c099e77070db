with summed_recipients as (
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
        sum(single_page_flag) as single_page_sessions,
        sum(conversion_flag) as conversions
    from campaign_sessions
    group by utm_campaign
)

-- A campaign that was not sent yet, or brought no session, is a row as well.
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
    coalesce(conversions, 0) as conversions,
    coalesce(single_page_sessions, 0) as single_page_sessions
from campaigns
left join summed_recipients using (campaign_id)
left join summed_sessions using (utm_campaign)
