-- On-time share (share): delivered by the promised time, where one was given.
select
    order_date as day,
    sum(is_on_time::integer) as numerator,
    count(is_on_time) as denominator
from core.fact_orders
group by order_date
