-- Revenue (dollars): what the orders come to, shipping and discount included.
select
    order_date as day,
    sum(order_total) as value
from core.fact_orders
group by order_date
