-- No group has those whose window is not over. Exact sums of numeric: the same
-- whatever order the rows come in.
with summed_groups as (
    select
        signal,
        kind,
        unit,
        coalesce(sum(users) filter (where is_soon), 0) as repeat_buyers,
        coalesce(sum(users) filter (where not is_soon), 0) as one_time_buyers,
        sum(total) filter (where is_soon) as repeat_total,
        sum(total) filter (where not is_soon) as one_time_total,
        sum(total_of_squares) filter (where is_soon) as repeat_squares,
        sum(total_of_squares) filter (where not is_soon) as one_time_squares
    from (
        select
            int_signal_days.signal,
            int_signal_days.kind,
            int_signal_days.unit,
            case when window_end_date <= last_date then is_soon end as is_soon,
            int_signal_days.users,
            int_signal_days.total,
            int_signal_days.total_of_squares
        from int_signal_days
        cross join int_last_day
    ) as judged_days
    group by
        signal,
        kind,
        unit
)

select
    signal,
    kind,
    unit,
    repeat_buyers::bigint as repeat_buyers,
    one_time_buyers::bigint as one_time_buyers,
    repeat_total / nullif(repeat_buyers, 0) as repeat_average,
    one_time_total / nullif(one_time_buyers, 0) as one_time_average,
    -- the sample's variance by its sums, which are exact
    greatest(
        repeat_squares - repeat_total * repeat_total / nullif(repeat_buyers, 0),
        0
    ) / nullif(repeat_buyers - 1, 0) as repeat_variance,
    greatest(
        one_time_squares
        - one_time_total * one_time_total / nullif(one_time_buyers, 0),
        0
    ) / nullif(one_time_buyers - 1, 0) as one_time_variance
from summed_groups
