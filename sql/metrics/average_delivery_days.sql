-- Average delivery time (days): from order to arrival, of delivered orders.
select avg(delivery_days) as value
from core.fact_orders
where order_date between :from_date and :to_date
