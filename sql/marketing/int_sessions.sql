-- One pass over the events: only aggregates that a hash can hold and workers
-- can share, hence max over text (uuid has no max before PostgreSQL 18).
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
    -- the first page view's address, after its time (19 digits) and its event
    -- (36), so that the smallest text is the earliest
    substr(min((
        to_char(created_at at time zone 'utc', 'JHH24MISSUS')
        || event_id::text || coalesce(page_url, '')
    ) collate "C") filter (
        where event_type = 'page_view'
    ), 56) collate "default" as entry_page_url
from events
group by session_id
