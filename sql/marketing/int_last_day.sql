-- The last day the data knows, not today: the same data gives the same rows
-- whenever it is built. The earlier of two: one wrong date ends no window.
select
    o.oldest_order_date,
    o.last_order_date,
    least(o.last_order_date, c.last_event_date) as last_date
from (
    select
        min(order_date) as oldest_order_date,
        max(order_date) as last_order_date
    from fact_orders
) as o
cross join (
    select max(event_date) as last_event_date from conversion_cohorts
) as c
