select
    utm_campaign,
    count(*) as landing_page_sessions,
    sum(bounce_flag) as bounced_sessions,
    sum(single_page_flag) as single_page_sessions,
    sum(conversion_flag) as conversions
from campaign_sessions
group by utm_campaign
