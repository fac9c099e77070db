-- Whether readers can be sent back to a run: false as soon as clean-up has
-- begun to drop what it showed.
alter table ops.run
add column is_kept boolean not null default true;

update ops.run set is_kept = false
where state = 'published' and run_id not in (
    select run_id from ops.run
    where state = 'published'
    order by run_id desc
    limit 3
);
