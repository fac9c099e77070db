-- Average order value (dollars): revenue per order.
select
    order_date as day,
    sum(order_total) as numerator,
    count(order_total) as denominator
from core.fact_orders
group by order_date
