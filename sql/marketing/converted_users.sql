-- One pass over the events: only aggregates that a hash can hold and workers
-- can share, hence max over text (uuid has no max before PostgreSQL 18).
with summed_sessions as (
    select
        session_id,
        -- on a shared device the buyer is the visitor
        coalesce(
            max(user_id::text) filter (where event_type = 'checkout'),
            max(user_id::text)
        )::uuid as user_id,
        min(created_at) as started_at,
        -- the parcel leaves hours after the visitor did
        max(created_at) filter (
            where event_type <> 'package_shipped'
        ) as ended_at,
        count(*) filter (where event_type = 'page_view') as page_views,
        count(*) filter (where event_type = 'add_to_cart') as add_to_carts,
        count(*) filter (where event_type = 'checkout') as checkouts,
        -- the first page view's address, after its time (19 digits) and its
        -- event (36), so that the smallest text is the earliest
        substr(min((
            to_char(created_at at time zone 'utc', 'JHH24MISSUS')
            || event_id::text || coalesce(page_url, '')
        ) collate "C") filter (
            where event_type = 'page_view'
        ), 56) collate "default" as entry_page_url
    from events
    group by session_id
)

select
    summed_sessions.session_id,
    summed_sessions.user_id,
    (summed_sessions.started_at at time zone :time_zone)::date as event_date,
    summed_sessions.started_at,
    summed_sessions.ended_at,
    summed_sessions.page_views,
    summed_sessions.add_to_carts,
    summed_sessions.checkouts,
    (summed_sessions.add_to_carts > 0)::integer as add_to_cart_flag,
    (summed_sessions.checkouts > 0)::integer as conversion_flag,
    dim_users.state,
    dim_users.country,
    (
        summed_sessions.page_views = 1
        and summed_sessions.add_to_carts = 0
        and summed_sessions.checkouts = 0
    )::integer as bounce_flag,
    round(
        date_part('epoch', ended_at - started_at)::numeric
    )::integer as duration_seconds,
    nullif(entry_page_url, '') as entry_page_url,
    substring(entry_page_url, '^[^?#]+') as entry_page,
    substring(entry_page_url, '[?&]utm_source=([^&#]+)') as utm_source,
    substring(entry_page_url, '[?&]utm_campaign=([^&#]+)') as utm_campaign,
    case
        when user_id is not null
            then row_number() over (
                partition by user_id order by started_at, session_id
            ) > 1
    end as is_returning_visitor
from summed_sessions
left join dim_users using (user_id)
