-- Conversion rate (share): sessions with a checkout among all sessions.
select
    event_date as day,
    sum(conversion_flag) as numerator,
    count(*) as denominator
from marketing.converted_users
group by event_date
