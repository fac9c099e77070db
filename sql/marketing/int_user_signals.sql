-- Nothing after the first order counts: who came back has more of everything
-- that comes later, because they came back.
with summed_sessions as (
    select
        int_first_orders.user_id,
        count(*) as sessions,
        avg(page_views) as pages_per_session,
        avg(add_to_cart_flag) filter (
            where conversion_flag = 0
        ) as abandoned_cart_share,
        bool_or(utm_campaign is not null) as came_by_campaign
    from int_first_orders
    inner join converted_users using (user_id)
    where converted_users.started_at <= int_first_orders.first_order_at
    group by int_first_orders.user_id
),

summed_mails as (
    select
        int_first_orders.user_id,
        count(*) as mails,
        count(*) filter (
            where first_opened_at <= first_order_at
        ) as opened_mails,
        count(*) filter (
            where first_clicked_at <= first_order_at
        ) as clicked_mails
    from int_first_orders
    inner join campaign_recipients using (user_id)
    where campaign_recipients.delivered_at <= int_first_orders.first_order_at
    group by int_first_orders.user_id
)

select
    int_first_orders.user_id,
    int_first_orders.first_order_at,
    int_first_orders.window_end_date,
    int_first_orders.first_order_date,
    int_first_orders.is_soon,
    int_first_orders.first_order_value,
    int_first_orders.first_order_units,
    int_first_orders.first_order_products,
    int_first_orders.first_order_had_promo,
    int_first_orders.first_order_was_on_time,
    int_first_orders.first_order_delivery_days,
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
from int_first_orders
left join dim_users using (user_id)
left join summed_sessions using (user_id)
left join summed_mails using (user_id)
