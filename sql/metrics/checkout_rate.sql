-- Checkout rate (share): sessions with a checkout per session with a cart.
select
    event_date as day,
    sum(conversion_flag) as numerator,
    sum(add_to_cart_flag) as denominator
from marketing.converted_users
group by event_date
