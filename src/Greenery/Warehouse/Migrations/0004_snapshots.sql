-- What a complete drop said by leaving rows out: rows that are gone since, and
-- rows that were gone and are there again.
alter table ops.load
add column rows_gone bigint not null default 0,
add column rows_returned bigint not null default 0;
