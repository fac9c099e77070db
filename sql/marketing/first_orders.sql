-- The outcome has a time limit: early buyers had more time to come back.
-- repeat_days is the parameter: set it to what the shop calls soon.
with parameters as (
    select 90 as repeat_days
),

-- The last day the data knows, not today: the same data gives the same rows
-- whenever it is built. The earlier of two: one wrong date ends no window.
found_last_day as (
    select least(
        (select max(order_date) from fact_orders),
        (select max(event_date) from converted_users)
    ) as last_date
),

numbered_orders as (
    select
        *,
        row_number() over (
            partition by user_id order by created_at, order_id
        ) as order_number
    from fact_orders
),

paired_orders as (
    select
        firsts.*,
        seconds.created_at as second_order_at,
        seconds.order_date as second_order_date,
        firsts.order_date + parameters.repeat_days as window_end_date
    from numbered_orders as firsts
    cross join parameters
    left join numbered_orders as seconds
        on firsts.user_id = seconds.user_id and seconds.order_number = 2
    where firsts.order_number = 1
),

judged_orders as (
    select
        paired_orders.*,
        window_end_date <= found_last_day.last_date as is_window_over,
        coalesce(second_order_date <= window_end_date, false) as is_soon
    from paired_orders
    cross join found_last_day
)

select
    user_id,
    order_id,
    created_at as first_order_at,
    order_date as first_order_date,
    second_order_at,
    window_end_date,
    is_window_over,
    -- unknown, also of who came back already: others may still do so
    case when is_window_over then is_soon end as bought_again,
    order_total as first_order_value,
    units as first_order_units,
    items as first_order_products,
    promo_id is not null as first_order_had_promo,
    is_on_time as first_order_was_on_time,
    delivery_days as first_order_delivery_days
from judged_orders
