-- What a check found the last time, and since when it is open, however many
-- runs had no reason to look at it again.
create index check_result_by_check on ops.check_result (check_id, run_id);
