-- Runs that try a change of models beside what readers see ('try'), and those that publish what was tried ('publish').
alter table ops.run drop constraint run_state_check;
alter table ops.run add constraint run_state_check check (state in (
    'running', 'published', 'unchanged', 'checks_failed', 'refused', 'failed', 'cancelled', 'rolled_back', 'tried'
));

alter table ops.run
-- What a try was asked to build, as it was typed: {dim_users+}. Empty for all models; null for other runs.
add column selected_models text[],
-- The try that a run publishes; null for other runs.
add column tried_run_id bigint references ops.run (run_id);

create index run_tried on ops.run (run_id) where started_by = 'try';
create index run_of_try on ops.run (tried_run_id) where tried_run_id is not null;

-- The version that readers saw when the run was planned: what was tried against another one is not published.
alter table ops.run_model add column live_fingerprint text;

-- As before, without what was only tried.
create or replace view ops.check_state as
with result as (
    select
        check_id,
        model,
        severity,
        status,
        rows_failing,
        message,
        run_id,
        checked_at,
        status in ('warn', 'fail', 'error') as is_open,
        max(run_id) filter (where status = 'pass') over per_check as last_pass,
        row_number() over (per_check order by run_id desc) as age
    from ops.check_result
    where run_id > (select max(run_id) - 100 from ops.run)
        and not exists (
            select from ops.run
            where run.run_id = check_result.run_id and started_by = 'try'
        )
    window per_check as (partition by check_id)
)

select
    check_id,
    model,
    max(severity) filter (where age = 1) as severity,
    max(status) filter (where age = 1) as status,
    max(rows_failing) filter (where age = 1) as rows_failing,
    max(message) filter (where age = 1) as message,
    max(run_id) as last_run_id,
    min(checked_at) filter (
        where is_open and run_id > coalesce(last_pass, 0)
    ) as first_seen_at,
    max(checked_at) filter (
        where is_open and run_id > coalesce(last_pass, 0)
    ) as last_seen_at,
    count(*) filter (
        where is_open and run_id > coalesce(last_pass, 0)
    ) as occurrences
from result
group by check_id, model;
