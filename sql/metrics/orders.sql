-- Orders (count): orders placed, whatever became of them.
select count(*)::numeric as value
from core.fact_orders
