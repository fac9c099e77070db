-- All drops of one date are a complete table together. A drop that was never
-- loaded and is not in the store any more is not waited for.
alter table ops.drop add column is_absent boolean not null default false;

-- has_unreadable_keys, for tables of complete drops: the key of a quarantined row cannot be read, so
-- that the drop may have any row. ends_with_line_break: a file that lacks the
-- line break which earlier ones had may be cut short; null for files that are
-- not lines, and for loads of before.
alter table ops.load
add column has_unreadable_keys boolean not null default false,
add column ends_with_line_break boolean;

-- Dates of tables of complete drops, as the last load of the table found
-- them. Rows end with the first complete date that lacks them.
create table ops.snapshot (
    table_name text not null,
    drop_date date not null,
    is_complete boolean not null,
    primary key (table_name, drop_date)
);

insert into ops.snapshot (table_name, drop_date, is_complete)
select distinct d.table_name, d.drop_date, true
from ops.drop as d
inner join ops.load as l on d.drop_id = l.drop_id
where exists (
    select
    from pg_attribute as a
    where a.attrelid = to_regclass(format('staging.%I', d.table_name))
        and a.attname = '_gone_since' and not a.attisdropped
);

-- A refused drop of one table stops only what depends on it. is_partial: the
-- run was published although a drop was refused. held_models: what kept its
-- earlier version because of that, as core.dim_users.
alter table ops.run
add column is_partial boolean not null default false,
add column held_models text[] not null default '{}';
