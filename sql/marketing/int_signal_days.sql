-- Sums by the day of the first order, of which a whole number of days has its
-- window over.
with listed_signals as (
    select
        first_order_date,
        window_end_date,
        is_soon,
        signals.signal,
        signals.kind,
        signals.unit,
        signals.value
    from int_user_signals
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

select
    first_order_date,
    signal,
    is_soon,
    kind,
    unit,
    min(window_end_date) as window_end_date,
    count(value) as users,
    sum(value) as total,
    sum(value * value) as total_of_squares
from listed_signals
group by
    first_order_date,
    signal,
    is_soon,
    kind,
    unit
