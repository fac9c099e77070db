select
    user_id,
    order_id,
    first_order_at,
    first_order_date,
    second_order_at,
    window_end_date,
    window_end_date <= last_date as is_window_over,
    -- unknown, also of who came back already: others may still do so
    case when window_end_date <= last_date then is_soon end as bought_again,
    first_order_value,
    first_order_units,
    first_order_products,
    first_order_had_promo,
    first_order_was_on_time,
    first_order_delivery_days
from int_first_orders
cross join int_last_day
