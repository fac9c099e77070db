-- As before, also without what a publication of a try found that published nothing.
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
            where run.run_id = check_result.run_id
                and (
                    started_by = 'try'
                    or (
                        started_by = 'publish'
                        and state not in ('published', 'rolled_back')
                    )
                )
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
