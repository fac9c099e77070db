-- Usual is the median of the same weekday of the four weeks before; a day
-- without a sale counts as nothing, a day before the shop's first order not.
with found_days as (
    select
        max(order_date) as newest_date,
        min(order_date) as first_date
    from fact_orders
),

compared_days as (
    select
        week,
        newest_date - 7 * week as order_date
    from found_days
    cross join generate_series(0, 4) as week
    where newest_date - 7 * week >= first_date
),

listed_sales as (
    select
        'product' as kind,
        product_name as name,
        order_date,
        paid_amount as revenue
    from fact_order_items
    union all
    select
        'region' as kind,
        nullif(concat_ws(', ', state, country), '') as name,
        order_date,
        order_total as revenue
    from fact_orders
    union all
    select
        'promotion' as kind,
        promo_id as name,
        order_date,
        order_total as revenue
    from fact_orders
),

summed_sales as (
    select
        kind,
        name,
        week,
        sum(revenue) as revenue
    from listed_sales
    inner join compared_days using (order_date)
    where name is not null
    group by
        kind,
        name,
        week
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
    newest_date as order_date,
    revenue,
    usual_revenue,
    revenue - usual_revenue as revenue_change
from compared_sales
cross join found_days
