-- Clean-up asks these after each run; without an index it would read all drops
-- and runs there ever were.
create index drop_by_date on ops.drop (drop_date);
create index run_kept on ops.run (run_id) where state = 'published' and is_kept;
create index run_by_start on ops.run (started_at, run_id);
