-- Reads events and nothing else: a joined table that changes later would make
-- yesterday's rows differ from those of a full build. A corrected event that is
-- no page view any more must leave: a row that is _deleted takes the row with
-- its key away.
select
    event_id,
    session_id,
    user_id,
    product_id,
    page_url,
    created_at,
    (created_at at time zone :time_zone)::date as event_date,
    event_type <> 'page_view' as _deleted
from events
where _load_seq > :since
