-- Revenue (dollars): what the orders come to, shipping and discount included.
select coalesce(sum(order_total), 0) as value
from core.fact_orders
where order_date between :from_date and :to_date
