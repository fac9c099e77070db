-- Add-to-cart rate (share): sessions with an add to cart among all sessions.
select avg(add_to_cart_flag) as value
from marketing.converted_users
where event_date between :from_date and :to_date
