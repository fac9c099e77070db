-- Columns of source tables by which models by key follow changed rows. Of loads
-- after since_seq, staging.<table>_replaced has what rows that were updated or
-- removed had in the column.
create table ops.followed_column (
    table_name text not null,
    column_name text not null,
    since_seq bigint not null,
    primary key (table_name, column_name)
);

-- Which versions of other models this one was computed from, as
-- {"dim_users": ["dim_users__3f9a1c2e", 17]}: the table, and the version in it;
-- null in runs of before.
alter table ops.run_model
add column read_versions jsonb;

-- What checks counted of all rows of a version of an incremental model. asked:
-- a hash of the rule and of the version it compares with.
create table ops.check_count (
    check_id text not null,
    table_name text not null,
    version bigint not null,
    asked text not null,
    rows_looked_at bigint not null,
    rows_failing bigint not null,
    primary key (check_id, table_name, version)
);
