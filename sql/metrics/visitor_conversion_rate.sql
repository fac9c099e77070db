-- Conversion per visitor (share): visitors with a checkout among all visitors.
select
    1.0 * count(distinct user_id) filter (where conversion_flag = 1)
    / nullif(count(distinct user_id), 0) as value
from marketing.converted_users
where event_date between :from_date and :to_date
