-- An order counts once, in the session that checked it out first.
select distinct on (order_id)
    order_id,
    session_id,
    created_at
from events
where
    event_type = 'checkout'
    and order_id is not null
order by
    order_id,
    created_at,
    event_id
