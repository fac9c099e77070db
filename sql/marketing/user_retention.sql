with found_last_day as (
    select max(order_date) as last_date from fact_orders
),

dated_users as (
    select
        user_id,
        date_trunc('month', first_order_date::timestamp)::date as cohort_month
    from first_orders
),

counted_cohorts as (
    select
        cohort_month,
        count(*) as cohort_users
    from dated_users
    group by cohort_month
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
    cross join found_last_day
    cross join lateral generate_series(
        0,
        12 * (
            date_part('year', last_date) - date_part('year', cohort_month)
        )::integer
        + (
            date_part('month', last_date) - date_part('month', cohort_month)
        )::integer
    ) as months_since
),

summed_months as (
    select
        dated_users.cohort_month,
        date_trunc('month', order_date::timestamp)::date as order_month,
        count(distinct user_id) as active_users,
        count(*) as orders,
        sum(order_total) as revenue
    from fact_orders
    inner join dated_users using (user_id)
    group by
        dated_users.cohort_month,
        date_trunc('month', order_date::timestamp)::date
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
    (order_month + interval '1 month')::date <= last_date + 1 as is_complete
from listed_months
cross join found_last_day
left join summed_months using (cohort_month, order_month)
