select
    user_id,
    (array_agg(session_id order by started_at, session_id))[1] as first_session_id,
    count(*) as sessions,
    count(*) filter (where checkouts > 0) as converted_sessions
from int_sessions
where user_id is not null
group by user_id
