-- Sessions (count): visits to the web site.
select count(*)::numeric as value
from marketing.converted_users
