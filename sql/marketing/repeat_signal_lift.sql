-- The verdict is Holm's (1979, Scand. J. Statistics 6): of many signals one
-- will differ by chance, so the strongest must be stronger by their number.
-- too few: groups below least_users, or, of a yes or no, an expected number of
-- yes or no below least_cases (Cochran 1954, Biometrics 10).
with parameters as (
    select
        20 as least_users,
        5 as least_cases,
        0.05 as error_rate
),

pooled_groups as (
    select
        *,
        (
            repeat_buyers * repeat_average + one_time_buyers * one_time_average
        ) / nullif(repeat_buyers + one_time_buyers, 0) as pooled
    from repeat_signal_groups
),

-- The normal distribution's tails (Abramowitz and Stegun, 26.2.17), right to
-- 0.0000001; beyond 30 exp would leave the range of numbers.
computed_tails as (
    select
        *,
        least(z_score, 30) as z,
        1 / (1 + 0.2316419 * least(z_score, 30)) as k
    from repeat_signal_tests
),

judged_groups as (
    select
        pooled_groups.*,
        computed_tails.interval_low,
        computed_tails.interval_high,
        coalesce(
            least(repeat_buyers, one_time_buyers) >= least_users
            and (
                kind <> 'share'
                or least(repeat_buyers, one_time_buyers)
                * least(pooled, 1 - pooled) >= least_cases
            ),
            false
        ) as is_enough,
        2 * exp(-(z ^ 2) / 2) / sqrt(2 * pi()) * k * (
            0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (
                -1.821255978 + k * 1.330274429
            )))
        ) as p_value
    from pooled_groups
    cross join parameters
    left join computed_tails using (signal)
),

ranked_signals as (
    select
        *,
        least(1, p_value * (
            1 + count(*) over (partition by is_enough)
            - row_number() over (partition by is_enough order by p_value, signal)
        )) as holm_step
    from judged_groups
),

corrected_signals as (
    select
        *,
        max(holm_step) over (
            partition by is_enough order by p_value, signal
        ) as adjusted
    from ranked_signals
)

select
    signal,
    unit,
    round(repeat_average, 4) as repeat_average,
    round(one_time_average, 4) as one_time_average,
    round(repeat_average - one_time_average, 4) as difference,
    round(interval_low::numeric, 4) as interval_low,
    round(interval_high::numeric, 4) as interval_high,
    case when is_enough then round(p_value::numeric, 6) end as p_value,
    case when is_enough then round(adjusted::numeric, 6) end as adjusted_p_value,
    case
        when not is_enough then 'too few to say'
        when adjusted > error_rate then 'no clear difference'
        when repeat_average > one_time_average then 'more'
        else 'less'
    end as verdict,
    repeat_buyers,
    one_time_buyers
from corrected_signals
cross join parameters
