-- E-mail and address come from one row per user, so grouping by them as well
-- splits no user.
select
    user_id,
    email,
    zipcode,
    state,
    country,
    count(*) as total_orders,
    count(*) > 1 as is_repeat_buyer,
    min(created_at) as first_order_at,
    max(created_at) as last_order_at,
    sum(order_total) as total_spend,
    avg(order_total)::numeric(12, 2) as average_order_value,
    sum(units)::bigint as total_units,
    count(promo_id) as orders_with_promo
from int_user_orders
group by
    user_id,
    email,
    zipcode,
    state,
    country
