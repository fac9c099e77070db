with summed_days as (
    select
        product_id,
        event_date,
        count(*) filter (where is_viewed) as page_view_sessions,
        count(*) filter (where is_added) as add_to_cart_sessions,
        count(*) filter (where is_bought) as checkout_sessions,
        sum(units)::bigint as units_ordered
    from int_product_visits
    group by
        product_id,
        event_date
)

select
    summed_days.product_id,
    summed_days.event_date,
    dim_products.product_name,
    summed_days.page_view_sessions,
    summed_days.add_to_cart_sessions,
    summed_days.checkout_sessions,
    summed_days.units_ordered,
    round(
        1.0 * add_to_cart_sessions / nullif(page_view_sessions, 0), 4
    ) as add_to_cart_rate,
    round(
        1.0 * checkout_sessions / nullif(add_to_cart_sessions, 0), 4
    ) as checkout_rate,
    round(
        1.0 * checkout_sessions / nullif(page_view_sessions, 0), 4
    ) as conversion_rate
from summed_days
left join dim_products using (product_id)
