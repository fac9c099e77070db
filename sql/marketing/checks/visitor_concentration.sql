-- severity: warn
-- One visitor with more than a tenth of all sessions is a test account, a bot or
-- a device that many people use. Conversion per session then says how that one
-- behaves: judge by conversion per visitor until it is known who it is.
with counted_sessions as (
    select sum(sessions) as all_sessions
    from conversion_cohorts
)

select
    user_id,
    sessions,
    all_sessions,
    converted_sessions
from int_visitors
cross join counted_sessions
where
    -- of a few sessions one visitor easily has a tenth
    all_sessions >= 100
    and sessions > 0.1 * all_sessions
