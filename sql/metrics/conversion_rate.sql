-- Conversion rate (share): sessions with a checkout among all sessions.
select avg(conversion_flag) as value
from marketing.converted_users
where event_date between :from_date and :to_date
