select
    campaign_id,
    user_id,
    count(*) filter (where event_type = 'impression') as impressions,
    count(*) filter (where event_type = 'open') as opens,
    count(*) filter (where event_type = 'click') as clicks,
    count(*) as events,
    min(occurred_at) filter (
        where event_type = 'impression'
    ) as delivered_at,
    min(occurred_at) filter (where event_type = 'open') as first_opened_at,
    min(occurred_at) filter (where event_type = 'click') as first_clicked_at
from email_events
group by
    campaign_id,
    user_id
