select
    event_date,
    country,
    state,
    count(*) as sessions,
    count(*) filter (where is_returning_visitor) as returning_visitor_sessions,
    sum(add_to_cart_flag) as add_to_cart_sessions,
    sum(conversion_flag) as converted_sessions,
    round(avg(add_to_cart_flag), 4) as add_to_cart_rate,
    round(avg(conversion_flag), 4) as conversion_rate,
    count(distinct user_id) as visitors,
    count(distinct user_id) filter (
        where conversion_flag = 1
    ) as converted_visitors,
    round(
        1.0 * count(distinct user_id) filter (where conversion_flag = 1)
        / nullif(count(distinct user_id), 0),
        4
    ) as visitor_conversion_rate
from converted_users
group by
    event_date,
    country,
    state
