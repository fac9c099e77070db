-- An order with a promotion was let off what the promotion gave. A promotion
-- may change in the middle of a day: the value of the day before is right, too.
-- severity: warn
-- owner: data@greenery.example
-- open: order_id, promo_id, order_date, discount, promo_list_discount
select
    fact_orders.order_id,
    fact_orders.promo_id,
    fact_orders.order_date,
    fact_orders.discount,
    fact_orders.promo_list_discount
from fact_orders
where
    fact_orders.discount <> fact_orders.promo_list_discount
    and not exists (
        select
        from promos_history
        where
            promos_history.promo_id = fact_orders.promo_id
            and promos_history.discount = fact_orders.discount
            and promos_history.valid_from_or_start <= fact_orders.order_date
            and (
                promos_history.valid_to is null
                or promos_history.valid_to >= fact_orders.order_date
            )
    )
