-- Runs that nobody sits beside: started by schedule or over HTTP, stopped from
-- outside, resumed by another process.

-- The nights the schedule asks for, each once. run_id is the run that did it;
-- null while it is due.
create table ops.slot (
    slot_at timestamptz primary key,
    business_date date not null,
    run_id bigint references ops.run (run_id),
    note text,
    noted_at timestamptz not null default clock_timestamp()
);

create index slot_due on ops.slot (slot_at)
where run_id is null and note is null;

-- through_date: drops up to this date are loaded.
-- slot_at: the night the schedule started it for; null for others.
-- idempotency_key, request: what a caller said, so that saying it twice starts
-- one run.
alter table ops.run
add column through_date date not null default current_date,
add column slot_at timestamptz references ops.slot (slot_at),
add column idempotency_key text unique,
add column request text,
add column cancel_requested_at timestamptz;

update ops.run
set through_date = coalesce(requested_date, (started_at at time zone 'utc')::date);

-- A watched lease's holder keeps an advisory lock. After a restart of the
-- server all such locks are gone and say nothing about the holder's life.
alter table ops.lease
add column watched_since timestamptz;

-- How often a step's process ended without a word.
alter table ops.step
add column deaths integer not null default 0;
