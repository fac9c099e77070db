-- What a corrected upload took out of a table: rows that vanished from the
-- drop go back to what earlier drops said of them (restored), or leave
-- (removed).
alter table ops.load
add column rows_restored bigint not null default 0,
add column rows_removed bigint not null default 0;

-- The last load that removed a row. What was built from the table before
-- cannot be brought up to date by the rows that are new since: it has to be
-- built in full.
alter table ops.source_state
add column removed_seq bigint not null default 0;
