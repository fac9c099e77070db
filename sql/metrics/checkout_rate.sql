-- Checkout rate (share): sessions with a checkout per session with a cart.
select
    1.0 * sum(conversion_flag) / nullif(sum(add_to_cart_flag), 0) as value
from marketing.converted_users
where event_date between :from_date and :to_date
