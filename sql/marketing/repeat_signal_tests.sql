-- Averages: Welch's t, for groups of unequal size and spread (Welch 1947,
-- Biometrika 34). t is turned into the z of the same probability by Wallace's
-- formula (1959, Ann. Math. Stat. 30; JKB, Continuous Univariate Distributions
-- 2, ch. 28): right to 0.0002 from 19 degrees of freedom on.
-- Shares: two-proportion z with the pooled share; its interval is Newcombe's,
-- of Wilson's scores (1998, Statistics in Medicine 17, method 10).
with prepared_groups as (
    select
        signal,
        kind,
        repeat_buyers::double precision as n1,
        one_time_buyers::double precision as n0,
        repeat_average::double precision as m1,
        one_time_average::double precision as m0,
        (repeat_variance / repeat_buyers)::double precision as e1,
        (one_time_variance / one_time_buyers)::double precision as e0,
        1.959964::double precision as z95
    from repeat_signal_groups
    where repeat_buyers > 1 and one_time_buyers > 1
),

computed_errors as (
    select
        *,
        m1 - m0 as difference,
        sqrt(e1 + e0) as welch_error,
        (e1 + e0) ^ 2
        / nullif(e1 ^ 2 / (n1 - 1) + e0 ^ 2 / (n0 - 1), 0) as freedom,
        (n1 * m1 + n0 * m0) / (n1 + n0) as pooled
    from prepared_groups
),

computed_scores as (
    select
        *,
        case kind
            when 'share' then abs(difference) / nullif(
                sqrt(greatest(pooled * (1 - pooled), 0) * (1 / n1 + 1 / n0)), 0
            )
            else
                (8 * freedom + 1) / (8 * freedom + 3) * sqrt(
                    freedom
                    * ln(1 + (difference / nullif(welch_error, 0)) ^ 2 / freedom)
                )
        end as z,
        welch_error * sqrt(freedom * (exp(
            (z95 * (8 * freedom + 3) / (8 * freedom + 1)) ^ 2 / freedom
        ) - 1)) as welch_margin,
        (m1 + z95 ^ 2 / (2 * n1)) / (1 + z95 ^ 2 / n1) as center1,
        (m0 + z95 ^ 2 / (2 * n0)) / (1 + z95 ^ 2 / n0) as center0,
        z95 * sqrt(greatest(m1 * (1 - m1), 0) / n1 + z95 ^ 2 / (4 * n1 ^ 2))
        / (1 + z95 ^ 2 / n1) as half1,
        z95 * sqrt(greatest(m0 * (1 - m0), 0) / n0 + z95 ^ 2 / (4 * n0 ^ 2))
        / (1 + z95 ^ 2 / n0) as half0
    from computed_errors
)

select
    signal,
    -- no spread at all: equal, or different beyond doubt
    coalesce(z, case when difference = 0 then 0 else 30 end) as z_score,
    case kind
        when 'share' then difference - sqrt(
            (m1 - center1 + half1) ^ 2 + (center0 + half0 - m0) ^ 2
        )
        else difference - coalesce(welch_margin, 0)
    end as interval_low,
    case kind
        when 'share' then difference + sqrt(
            (center1 + half1 - m1) ^ 2 + (m0 - center0 + half0) ^ 2
        )
        else difference + coalesce(welch_margin, 0)
    end as interval_high
from computed_scores
