-- Sessions (count): visits to the web site.
select count(*)::numeric as value
from marketing.converted_users
where event_date between :from_date and :to_date
