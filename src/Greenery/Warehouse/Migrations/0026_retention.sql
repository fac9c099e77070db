-- Whether the details of a run (steps, results of checks, plan, key figures) were deleted because they are old. The run
-- itself, its loads and its drops stay: they decide what is loaded.
alter table ops.run add column is_pruned boolean not null default false;

create index run_with_details on ops.run (started_at) where not is_pruned;
