-- Average order value (dollars): revenue per order.
select avg(order_total) as value
from core.fact_orders
where order_date between :from_date and :to_date
