-- Add-to-cart rate (share): sessions with an add to cart among all sessions.
select
    event_date as day,
    sum(add_to_cart_flag) as numerator,
    count(*) as denominator
from marketing.converted_users
group by event_date
