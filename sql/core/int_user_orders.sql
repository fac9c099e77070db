-- State and country in fact_orders are where the parcel goes; here they are
-- where the buyer lives.
select
    fact_orders.order_id,
    fact_orders.user_id,
    dim_users.email,
    dim_users.zipcode,
    dim_users.state,
    dim_users.country,
    fact_orders.promo_id,
    fact_orders.created_at,
    fact_orders.order_date,
    fact_orders.status,
    fact_orders.order_total,
    fact_orders.units,
    fact_orders.is_on_time,
    fact_orders.discount
from fact_orders
left join dim_users using (user_id)
