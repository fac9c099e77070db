select
    user_id,
    first_order_at,
    window_end_date,
    window_end_date <= last_date as is_window_over,
    -- unknown, also of who came back already: others may still do so
    case when window_end_date <= last_date then is_soon end as bought_again,
    first_order_value,
    first_order_units,
    first_order_products,
    first_order_had_promo,
    first_order_was_on_time,
    first_order_delivery_days,
    days_from_account,
    sessions,
    pages_per_session,
    abandoned_cart_share,
    came_by_campaign,
    mails,
    email_open_rate,
    email_click_rate
from int_user_signals
cross join int_last_day
