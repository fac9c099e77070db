-- A link on a later page is none that the visitor came by.
select
    session_id,
    utm_campaign,
    entry_page_url as landing_page_url,
    user_id,
    event_date,
    started_at,
    page_views,
    bounce_flag,
    add_to_cart_flag,
    conversion_flag,
    (page_views = 1)::integer as single_page_flag
from converted_users
where utm_campaign is not null
