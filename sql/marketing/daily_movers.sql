-- Usual is the median of the same weekday of the four weeks before; a day
-- without a sale counts as nothing, a day before the shop's first order not.
with compared_days as (
    select
        week,
        last_order_date - 7 * week as order_date
    from int_last_day
    cross join generate_series(0, 4) as week
    where last_order_date - 7 * week >= oldest_order_date
),

summed_sales as (
    select
        kind,
        name,
        week,
        revenue
    from int_daily_sales
    inner join compared_days using (order_date)
),

compared_sales as (
    select
        kind,
        name,
        coalesce(
            max(summed_sales.revenue) filter (where week = 0), 0
        ) as revenue,
        case
            when count(*) filter (where week > 0) >= 2
                then round(percentile_cont(0.5) within group (
                    order by coalesce(summed_sales.revenue, 0)
                ) filter (where week > 0)::numeric, 2)
        end as usual_revenue
    from (select distinct kind, name from summed_sales) as sold
    cross join compared_days
    left join summed_sales using (kind, name, week)
    group by
        kind,
        name
)

select
    kind,
    name,
    last_order_date as order_date,
    revenue,
    usual_revenue,
    revenue - usual_revenue as revenue_change
from compared_sales
cross join int_last_day
