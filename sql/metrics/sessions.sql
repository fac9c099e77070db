-- Sessions (count): visits to the web site.
select
    event_date as day,
    count(*) as value
from marketing.converted_users
group by event_date
