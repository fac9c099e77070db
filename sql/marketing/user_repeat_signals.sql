-- Nothing after the first order counts: who came back has more of everything
-- that comes later, because they came back.
with summed_sessions as (
    select
        first_orders.user_id,
        count(*) as sessions,
        avg(page_views) as pages_per_session,
        avg(add_to_cart_flag) filter (
            where conversion_flag = 0
        ) as abandoned_cart_share,
        bool_or(utm_campaign is not null) as came_by_campaign
    from first_orders
    inner join converted_users using (user_id)
    where converted_users.started_at <= first_orders.first_order_at
    group by first_orders.user_id
),

summed_mails as (
    select
        first_orders.user_id,
        count(*) as mails,
        count(*) filter (
            where first_opened_at <= first_order_at
        ) as opened_mails,
        count(*) filter (
            where first_clicked_at <= first_order_at
        ) as clicked_mails
    from first_orders
    inner join campaign_recipients using (user_id)
    where campaign_recipients.delivered_at <= first_orders.first_order_at
    group by first_orders.user_id
)

select
    first_orders.user_id,
    first_orders.first_order_at,
    first_orders.window_end_date,
    first_orders.is_window_over,
    first_orders.bought_again,
    first_orders.first_order_value,
    first_orders.first_order_units,
    first_orders.first_order_products,
    first_orders.first_order_had_promo,
    first_orders.first_order_was_on_time,
    first_orders.first_order_delivery_days,
    round(
        date_part('epoch', first_order_at - dim_users.created_at)::numeric
        / 86400,
        2
    ) as days_from_account,
    coalesce(summed_sessions.sessions, 0) as sessions,
    round(summed_sessions.pages_per_session, 4) as pages_per_session,
    round(summed_sessions.abandoned_cart_share, 4) as abandoned_cart_share,
    summed_sessions.came_by_campaign,
    coalesce(summed_mails.mails, 0) as mails,
    round(1.0 * opened_mails / mails, 4) as email_open_rate,
    round(1.0 * clicked_mails / mails, 4) as email_click_rate
from first_orders
left join dim_users using (user_id)
left join summed_sessions using (user_id)
left join summed_mails using (user_id)
