-- Rows of a drop that are older than the contract keeps (config: keep) and were
-- not loaded. Each row of a file is still accounted for.
alter table ops.load add column rows_expired bigint not null default 0;
alter table ops.load drop constraint no_row_is_lost;
alter table ops.load add constraint no_row_is_lost check (
    rows_in_file = rows_inserted + rows_updated + rows_unchanged
    + rows_superseded + rows_quarantined + rows_expired
);

-- What retention took out of source tables: whole partitions, of which models keep
-- what they have computed.
create table ops.expired_partition (
    table_name text not null,
    from_date date not null,
    to_date date not null,
    row_count bigint not null,
    run_id bigint not null references ops.run (run_id),
    expired_at timestamptz not null default clock_timestamp()
);

create index expired_partition_by_table on ops.expired_partition (table_name, from_date);

-- Keys of the model that changed rows lead to and whose rows stay as they were,
-- because they have lost source rows by retention.
alter table ops.run_model add column closed_keys bigint not null default 0;
