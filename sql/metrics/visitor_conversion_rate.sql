-- Conversion per visitor (share): visitors with a checkout among all visitors.
-- Over all days the visitors are counted already, in a model by visitor.
select avg(has_checkout) as value
from (
    select max(conversion_flag) as has_checkout
    from marketing.converted_users
    where
        user_id is not null
        and event_date between :from_date and :to_date
        and :from_date > '-infinity'
    group by user_id
    union all
    select (converted_sessions > 0)::integer as has_checkout
    from marketing.int_visitors
    where :from_date = '-infinity'
) as visitors
