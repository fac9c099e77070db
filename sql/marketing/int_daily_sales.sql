with listed_sales as (
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
)

select
    order_date,
    kind,
    name,
    sum(revenue) as revenue
from listed_sales
where
    name is not null
    -- the lines of an order that has not come yet have no day
    and order_date is not null
group by
    order_date,
    kind,
    name
