-- What one session did with one product belongs to the day it began, or a
-- purchase over midnight would be a view without and a sale without a view.
with listed_steps as (
    select
        session_id,
        product_id,
        created_at,
        event_type,
        0 as units
    from events
    where
        event_type in ('page_view', 'add_to_cart')
        and product_id is not null
    union all
    select
        session_id,
        product_id,
        created_at,
        'checkout' as event_type,
        quantity as units
    from int_checkout_items
)

select
    session_id,
    product_id,
    (min(created_at) at time zone :time_zone)::date as event_date,
    bool_or(event_type = 'page_view') as is_viewed,
    bool_or(event_type = 'add_to_cart') as is_added,
    bool_or(event_type = 'checkout') as is_bought,
    sum(units) as units
from listed_steps
group by
    session_id,
    product_id
