-- Average delivery time (days): from order to arrival, of delivered orders.
select
    order_date as day,
    sum(delivery_days) as numerator,
    count(delivery_days) as denominator
from core.fact_orders
group by order_date
