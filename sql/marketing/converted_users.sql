select
    int_sessions.session_id,
    int_sessions.user_id,
    (int_sessions.started_at at time zone :time_zone)::date as event_date,
    int_sessions.started_at,
    int_sessions.ended_at,
    int_sessions.page_views,
    int_sessions.add_to_carts,
    int_sessions.checkouts,
    (int_sessions.add_to_carts > 0)::integer as add_to_cart_flag,
    (int_sessions.checkouts > 0)::integer as conversion_flag,
    dim_users.state,
    dim_users.country,
    (
        int_sessions.page_views = 1
        and int_sessions.add_to_carts = 0
        and int_sessions.checkouts = 0
    )::integer as bounce_flag,
    round(
        date_part('epoch', ended_at - started_at)::numeric
    )::integer as duration_seconds,
    nullif(entry_page_url, '') as entry_page_url,
    substring(entry_page_url, '^[^?#]+') as entry_page,
    substring(entry_page_url, '[?&]utm_source=([^&#]+)') as utm_source,
    substring(entry_page_url, '[?&]utm_campaign=([^&#]+)') as utm_campaign,
    session_id <> first_session_id as is_returning_visitor
from int_sessions
left join dim_users using (user_id)
left join int_visitors using (user_id)
