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
left join int_recipient_counts using (campaign_id)
left join int_campaign_session_counts using (utm_campaign)
