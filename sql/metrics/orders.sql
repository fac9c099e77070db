-- Orders (count): orders placed, whatever became of them.
select
    order_date as day,
    count(*) as value
from core.fact_orders
group by order_date
