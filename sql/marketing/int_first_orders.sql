-- The outcome has a time limit: early buyers had more time to come back.
-- repeat_days is the parameter: set it to what the shop calls soon.
with parameters as (
    select 90 as repeat_days
),

numbered_orders as (
    select
        *,
        row_number() over per_user as order_number,
        lead(created_at) over per_user as second_order_at,
        lead(order_date) over per_user as second_order_date
    from fact_orders
    window per_user as (partition by user_id order by created_at, order_id)
)

select
    user_id,
    order_id,
    created_at as first_order_at,
    order_date as first_order_date,
    second_order_at,
    order_date + repeat_days as window_end_date,
    coalesce(
        second_order_date <= order_date + repeat_days, false
    ) as is_soon,
    order_total as first_order_value,
    units as first_order_units,
    items as first_order_products,
    promo_id is not null as first_order_had_promo,
    is_on_time as first_order_was_on_time,
    delivery_days as first_order_delivery_days
from numbered_orders
cross join parameters
where order_number = 1
