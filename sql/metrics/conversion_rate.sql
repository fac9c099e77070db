-- Conversion rate (share): sessions with a checkout among all sessions.
select avg(conversion_flag) as value
from marketing.converted_users
