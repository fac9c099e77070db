-- Reads events and nothing else: a joined table that changes later would make
-- yesterday's rows differ from those of a full build.
select
    event_id,
    session_id,
    user_id,
    product_id,
    page_url,
    created_at,
    (created_at at time zone 'utc')::date as event_date
from events
where
    event_type = 'page_view'
    and _load_seq > :since
