-- bought_again is null of those whose window is not over: no group has them.
with listed_signals as (
    select
        signals.signal,
        signals.kind,
        signals.unit,
        signals.value,
        user_repeat_signals.bought_again
    from user_repeat_signals
    cross join lateral (
        values
        ('first_order_value', 'mean', 'dollars', first_order_value::numeric),
        ('first_order_units', 'mean', 'units', first_order_units),
        ('first_order_products', 'mean', 'products', first_order_products),
        ('first_order_had_promo', 'share', 'share',
            first_order_had_promo::integer),
        ('first_order_was_on_time', 'share', 'share',
            first_order_was_on_time::integer),
        ('first_order_delivery_days', 'mean', 'days',
            first_order_delivery_days),
        ('days_from_account', 'mean', 'days', days_from_account),
        ('sessions', 'mean', 'sessions', nullif(sessions, 0)),
        ('pages_per_session', 'mean', 'pages', pages_per_session),
        ('abandoned_cart_share', 'mean', 'share', abandoned_cart_share),
        ('came_by_campaign', 'share', 'share', came_by_campaign::integer),
        ('email_open_rate', 'mean', 'share', email_open_rate),
        ('email_click_rate', 'mean', 'share', email_click_rate)
    ) as signals (signal, kind, unit, value)
)

-- Exact averages of numeric: the same whatever order the rows come in.
select
    signal,
    kind,
    unit,
    count(value) filter (where bought_again) as repeat_buyers,
    count(value) filter (where not bought_again) as one_time_buyers,
    avg(value) filter (where bought_again) as repeat_average,
    avg(value) filter (where not bought_again) as one_time_average,
    var_samp(value) filter (where bought_again) as repeat_variance,
    var_samp(value) filter (where not bought_again) as one_time_variance
from listed_signals
group by
    signal,
    kind,
    unit
