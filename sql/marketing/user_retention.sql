with counted_cohorts as (
    select
        cohort_month,
        active_users as cohort_users
    from int_retention_months
    where order_month = cohort_month
),

-- Months without an order are rows as well.
listed_months as (
    select
        counted_cohorts.*,
        months_since,
        (
            cohort_month + make_interval(months => months_since)
        )::date as order_month
    from counted_cohorts
    cross join int_last_day
    cross join lateral generate_series(
        0,
        12 * (
            date_part('year', last_order_date) - date_part('year', cohort_month)
        )::integer
        + (
            date_part('month', last_order_date)
            - date_part('month', cohort_month)
        )::integer
    ) as months_since
)

select
    cohort_month,
    months_since,
    order_month,
    cohort_users,
    coalesce(active_users, 0) as active_users,
    coalesce(orders, 0) as orders,
    coalesce(revenue, 0) as revenue,
    round(1.0 * coalesce(active_users, 0) / cohort_users, 4) as retention_rate,
    (
        order_month + interval '1 month'
    )::date <= last_order_date + 1 as is_complete
from listed_months
cross join int_last_day
left join int_retention_months using (cohort_month, order_month)
