-- Repeat rate (share): buyers with two or more orders among all buyers.
select
    1.0 * count(*) filter (where total_orders > 1)
    / nullif(count(*), 0) as value
from marketing.fact_user_orders
