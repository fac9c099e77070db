-- Average delivery time (days): from order to arrival, of delivered orders.
select avg(delivery_days) as value
from core.fact_orders
