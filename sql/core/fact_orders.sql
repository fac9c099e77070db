with counted_items as (
    select
        order_id,
        count(*) as items,
        sum(quantity) as units
    from order_items
    group by order_id
),

dated_orders as (
    select
        *,
        (created_at at time zone :time_zone)::date as order_date
    from orders
)

select
    orders.order_id,
    orders.user_id,
    orders.promo_id,
    orders.address_id,
    addresses.state,
    addresses.country,
    orders.created_at,
    orders.order_date,
    orders.status,
    orders.order_cost,
    orders.shipping_cost,
    -- what the order paid; a promotion that changes later changes no order
    (
        orders.order_cost + orders.shipping_cost - orders.order_total
    )::numeric(12, 2) as discount,
    orders.order_total,
    coalesce(counted_items.items, 0) as items,
    coalesce(counted_items.units, 0) as units,
    orders.shipping_service,
    orders.tracking_id,
    orders.estimated_delivery_at,
    orders.delivered_at,
    -- date_part, not a subtraction of dates: a parcel that took 30 hours took
    -- 1.25 days, whichever midnights it crossed
    round(
        date_part('epoch', orders.delivered_at - orders.created_at)::numeric
        / 86400,
        2
    ) as delivery_days,
    -- null, not false, while it is under way or without an estimated time
    orders.delivered_at <= orders.estimated_delivery_at as is_on_time,
    promos_history.discount as promo_list_discount
from dated_orders as orders
left join counted_items using (order_id)
left join addresses using (address_id)
left join promos_history
    on
        orders.promo_id = promos_history.promo_id
        and orders.order_date >= promos_history.valid_from_or_start
        and (
            promos_history.valid_to is null
            or orders.order_date < promos_history.valid_to
        )
