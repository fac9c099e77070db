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
        count(*) filter (where event_type = 'checkout') as checkouts
    from events
    group by session_id
)

select
    summed_sessions.session_id,
    summed_sessions.user_id,
    (summed_sessions.started_at at time zone 'utc')::date as event_date,
    summed_sessions.started_at,
    summed_sessions.ended_at,
    summed_sessions.page_views,
    summed_sessions.add_to_carts,
    summed_sessions.checkouts,
    (summed_sessions.add_to_carts > 0)::integer as add_to_cart_flag,
    (summed_sessions.checkouts > 0)::integer as conversion_flag,
    dim_users.state,
    dim_users.country
from summed_sessions
left join dim_users using (user_id)
