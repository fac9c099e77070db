select
    cohort_month,
    order_month,
    count(*) as active_users,
    sum(orders)::bigint as orders,
    sum(revenue) as revenue
from int_user_months
group by
    cohort_month,
    order_month
