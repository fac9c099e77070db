-- Recency is counted to the last day the data knows, not to today: the same
-- data gives the same rows whenever it is built.
with found_last_day as (
    select greatest(
        (select max(order_date) from fact_orders),
        (select max(event_date) from converted_users)
    ) as last_date
),

ranked_orders as (
    select
        *,
        row_number() over (
            partition by user_id order by created_at, order_id
        ) = 1 as is_first
    from fact_orders
),

summed_orders as (
    select
        user_id,
        count(*) as orders,
        max(order_date) as last_order_date,
        avg(order_total) as average_order_value,
        avg(units) as units_per_order,
        1.0 * count(promo_id) / count(*) as promo_share,
        avg(is_on_time::integer) as on_time_share,
        avg(delivery_days) as average_delivery_days,
        max(order_total) filter (where is_first) as first_order_value,
        bool_or(promo_id is not null) filter (
            where is_first
        ) as first_order_had_promo,
        bool_or(is_on_time) filter (where is_first) as first_order_was_on_time
    from ranked_orders
    group by user_id
),

summed_sessions as (
    select
        user_id,
        count(*) as sessions,
        avg(page_views) as pages_per_session,
        avg(add_to_cart_flag) as add_to_cart_rate,
        avg(
            (add_to_cart_flag = 0 and conversion_flag = 0)::integer
        ) as browse_only_share
    from converted_users
    group by user_id
),

summed_mails as (
    select
        user_id,
        count(*) filter (where impressions > 0) as email_impressions,
        count(*) filter (where opens > 0) as email_opens,
        count(*) filter (where clicks > 0) as email_clicks
    from campaign_recipients
    group by user_id
)

select
    user_id,
    summed_orders.orders,
    summed_orders.orders > 1 as is_repeat_buyer,
    found_last_day.last_date - last_order_date as days_since_last_order,
    round(average_order_value, 2) as average_order_value,
    round(units_per_order, 4) as units_per_order,
    round(promo_share, 4) as promo_share,
    round(on_time_share, 4) as on_time_share,
    round(average_delivery_days, 2) as average_delivery_days,
    first_order_value,
    first_order_had_promo,
    first_order_was_on_time,
    coalesce(sessions, 0) as sessions,
    round(1.0 * coalesce(sessions, 0) / orders, 4) as sessions_per_order,
    round(pages_per_session, 4) as pages_per_session,
    round(add_to_cart_rate, 4) as add_to_cart_rate,
    round(browse_only_share, 4) as browse_only_share,
    coalesce(email_impressions, 0) as email_impressions,
    coalesce(email_opens, 0) as email_opens,
    coalesce(email_clicks, 0) as email_clicks,
    round(
        1.0 * email_opens / nullif(email_impressions, 0), 4
    ) as email_open_rate,
    round(
        1.0 * email_clicks / nullif(email_impressions, 0), 4
    ) as email_click_rate
from summed_orders
cross join found_last_day
left join summed_sessions using (user_id)
left join summed_mails using (user_id)
