-- Orders (count): orders placed, whatever became of them.
select count(*)::numeric as value
from core.fact_orders
where order_date between :from_date and :to_date
