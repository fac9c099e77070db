select distinct on (user_id)
    user_id,
    session_id as first_session_id
from int_sessions
where user_id is not null
order by
    user_id,
    started_at,
    session_id
