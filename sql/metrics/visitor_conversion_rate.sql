-- Conversion per visitor (share): visitors with a checkout among all visitors.
-- Over all days the visitors are counted already, in a model by visitor.
select case
    when :from_date = '-infinity' then (
        select avg((converted_sessions > 0)::integer)
        from marketing.int_visitors
    )
    else (
        select avg(has_checkout)
        from (
            select max(conversion_flag) as has_checkout
            from marketing.converted_users
            where
                user_id is not null
                and event_date between :from_date and :to_date
            group by user_id
        ) as visitors
    )
end as value
