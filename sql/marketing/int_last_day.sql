-- The last day the data knows, not today: the same data gives the same rows
-- whenever it is built. The earlier of two: one wrong date ends no window.
select
    min(order_date) as oldest_order_date,
    max(order_date) as last_order_date,
    least(
        max(order_date),
        (select max(event_date) from conversion_cohorts)
    ) as last_date
from fact_orders
