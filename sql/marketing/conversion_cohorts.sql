select
    event_date,
    country,
    state,
    count(*) as sessions,
    count(*) filter (where is_returning_visitor) as returning_visitor_sessions,
    sum(add_to_cart_flag) as add_to_cart_sessions,
    sum(conversion_flag) as converted_sessions,
    round(avg(add_to_cart_flag), 4) as add_to_cart_rate,
    round(avg(conversion_flag), 4) as conversion_rate
from converted_users
group by
    event_date,
    country,
    state
