with found_links as (
    select
        session_id,
        event_id,
        created_at,
        page_url,
        substring(page_url, '[?&]utm_campaign=([^&#]+)') as utm_campaign
    from events
    where
        event_type = 'page_view'
        and page_url like '%utm\_campaign=%'
),

-- Few page views carry a link: to ask of those whether an earlier one exists
-- is cheaper than to put the page views of all sessions in order.
found_landings as (
    select *
    from found_links
    where
        utm_campaign is not null
        and not exists (
            select
            from events as earlier
            where
                earlier.session_id = found_links.session_id
                and earlier.event_type = 'page_view'
                and (earlier.created_at, earlier.event_id)
                < (found_links.created_at, found_links.event_id)
        )
)

select
    session_id,
    found_landings.utm_campaign,
    found_landings.page_url as landing_page_url,
    converted_users.user_id,
    converted_users.event_date,
    converted_users.started_at,
    converted_users.page_views,
    (converted_users.page_views = 1)::integer as bounce_flag,
    converted_users.add_to_cart_flag,
    converted_users.conversion_flag
from found_landings
inner join converted_users using (session_id)
