select
    campaign_id,
    count(*) filter (where impressions > 0) as impressions,
    count(*) filter (where opens > 0) as opens,
    count(*) filter (where clicks > 0) as clicks,
    sum(opens)::bigint as total_opens,
    sum(clicks)::bigint as total_clicks
from campaign_recipients
group by campaign_id
