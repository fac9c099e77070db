with summed_months as (
    select
        user_id,
        date_trunc('month', order_date::timestamp)::date as order_month,
        count(*) as orders,
        sum(order_total) as revenue
    from fact_orders
    group by
        user_id,
        date_trunc('month', order_date::timestamp)::date
)

select
    *,
    min(order_month) over (partition by user_id) as cohort_month
from summed_months
