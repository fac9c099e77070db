-- The price of the order's day, not today's. An order that has not come yet has
-- no day: its lines are without a price until it does.
with priced_items as (
    select
        order_items.order_id,
        order_items.product_id,
        fact_orders.user_id,
        fact_orders.order_date,
        fact_orders.promo_id,
        fact_orders.discount,
        order_items.quantity,
        int_product_prices.price as unit_price,
        order_items.quantity * int_product_prices.price as line_amount
    from order_items
    left join fact_orders using (order_id)
    left join int_product_prices
        on
            order_items.product_id = int_product_prices.product_id
            and fact_orders.order_date >= int_product_prices.valid_from_or_start
            and (
                int_product_prices.valid_to is null
                or fact_orders.order_date < int_product_prices.valid_to
            )
),

-- By amount; by quantity where an amount is unknown or all are nothing.
weighted_items as (
    select
        *,
        case
            when
                count(*) over per_order = count(line_amount) over per_order
                and sum(line_amount) over per_order > 0
                then line_amount
            else quantity
        end as weight
    from priced_items
    window per_order as (partition by order_id)
),

summed_weights as (
    select
        *,
        sum(weight) over (
            partition by order_id order by product_id
        ) as weight_so_far,
        sum(weight) over (partition by order_id) as order_weight
    from weighted_items
),

-- Cents of what is shared out so far, less those of the line before: whatever
-- is rounded, the shares of an order come to its discount.
shared_discounts as (
    select
        *,
        round(discount * weight_so_far / nullif(order_weight, 0), 2)
        - round(
            discount * (weight_so_far - weight) / nullif(order_weight, 0), 2
        ) as discount_share
    from summed_weights
)

select
    order_id,
    product_id,
    dim_products.product_name,
    user_id,
    order_date,
    promo_id,
    quantity,
    unit_price,
    line_amount,
    discount_share,
    line_amount - discount_share as paid_amount
from shared_discounts
left join dim_products using (product_id)
