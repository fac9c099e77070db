-- How many rows a filtered row_count_change counted, and under which
-- condition: later runs are compared with counts of the same condition only.
alter table ops.check_result
add column rows_counted bigint,
add column counted_where text;
