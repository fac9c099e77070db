-- Not all signals compare: who ordered more often came more often, in fewer
-- sessions an order, ordered more recently and, being a customer for longer,
-- got more mails. is_comparable tells those from the others.
with listed_signals as (
    select
        signals.signal,
        signals.is_comparable,
        signals.value,
        user_repeat_signals.is_repeat_buyer
    from user_repeat_signals
    cross join lateral (
        values
        ('days_since_last_order', false, days_since_last_order::numeric),
        ('average_order_value', true, average_order_value),
        ('units_per_order', true, units_per_order),
        ('promo_share', true, promo_share),
        ('on_time_share', true, on_time_share),
        ('average_delivery_days', true, average_delivery_days),
        ('first_order_value', true, first_order_value),
        ('first_order_had_promo', true, first_order_had_promo::integer),
        ('first_order_was_on_time', true, first_order_was_on_time::integer),
        ('sessions', false, sessions),
        ('sessions_per_order', false, sessions_per_order),
        ('pages_per_session', true, pages_per_session),
        ('add_to_cart_rate', true, add_to_cart_rate),
        ('browse_only_share', true, browse_only_share),
        ('email_impressions', false, email_impressions),
        ('email_opens', false, email_opens),
        ('email_clicks', false, email_clicks),
        ('email_open_rate', true, email_open_rate),
        ('email_click_rate', true, email_click_rate)
    ) as signals (signal, is_comparable, value)
),

-- Exact averages of numeric: the same whatever order the rows come in.
averaged_groups as (
    select
        signal,
        is_comparable,
        avg(value) filter (where is_repeat_buyer) as repeat_average,
        avg(value) filter (where not is_repeat_buyer) as one_time_average,
        stddev_pop(value) as deviation,
        count(value) filter (where is_repeat_buyer) as repeat_buyers,
        count(value) filter (where not is_repeat_buyer) as one_time_buyers
    from listed_signals
    group by
        signal,
        is_comparable
)

select
    signal,
    is_comparable,
    round(repeat_average, 4) as repeat_average,
    round(one_time_average, 4) as one_time_average,
    round(repeat_average - one_time_average, 4) as difference,
    round(repeat_average / nullif(one_time_average, 0), 4) as lift,
    round(
        (repeat_average - one_time_average) / nullif(deviation, 0), 4
    ) as effect_size,
    repeat_buyers,
    one_time_buyers
from averaged_groups
