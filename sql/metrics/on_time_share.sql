-- On-time share (share): delivered by the promised time, where one was given.
select avg(is_on_time::integer) as value
from core.fact_orders
where order_date between :from_date and :to_date
