-- A checkout event names the order only; the order's items name the products.
-- An order counts once, in the session that checked it out first.
-- Materialized, or every parallel worker would sort the checkouts for itself.
with found_checkouts as materialized (
    select distinct on (order_id)
        order_id,
        session_id,
        created_at
    from events
    where event_type = 'checkout'
    order by
        order_id,
        created_at,
        event_id
),

listed_steps as (
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
        found_checkouts.session_id,
        order_items.product_id,
        found_checkouts.created_at,
        'checkout' as event_type,
        order_items.quantity as units
    from found_checkouts
    inner join order_items using (order_id)
),

-- What one session did with one product belongs to the day it began, or a
-- purchase over midnight would be a view without and a sale without a view.
summed_visits as (
    select
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
),

summed_days as (
    select
        product_id,
        event_date,
        count(*) filter (where is_viewed) as page_view_sessions,
        count(*) filter (where is_added) as add_to_cart_sessions,
        count(*) filter (where is_bought) as checkout_sessions,
        sum(units)::bigint as units_ordered
    from summed_visits
    group by
        product_id,
        event_date
)

select
    summed_days.product_id,
    summed_days.event_date,
    dim_products.product_name,
    summed_days.page_view_sessions,
    summed_days.add_to_cart_sessions,
    summed_days.checkout_sessions,
    summed_days.units_ordered,
    round(
        1.0 * add_to_cart_sessions / nullif(page_view_sessions, 0), 4
    ) as add_to_cart_rate,
    round(
        1.0 * checkout_sessions / nullif(add_to_cart_sessions, 0), 4
    ) as checkout_rate,
    round(
        1.0 * checkout_sessions / nullif(page_view_sessions, 0), 4
    ) as conversion_rate
from summed_days
left join dim_products using (product_id)
