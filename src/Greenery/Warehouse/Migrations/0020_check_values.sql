-- What checks compare from day to day, such as the share of rows without a
-- value: one row per check, category and day, and, for checks of source
-- tables, per path of a drop. A corrected upload replaces its path's rows.
create table ops.check_value (
    check_id text not null,
    category text not null default '',
    day date not null,
    path text not null default '',
    value numeric,
    of_rows numeric,
    asked text not null,
    error text,
    run_id bigint not null references ops.run (run_id),
    primary key (check_id, category, day, path)
);
