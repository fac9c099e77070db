-- Schemas of their own in which who works on models sees the marts as a try has built them.
create table ops.environment (
    name text primary key,
    -- The try whose versions its views show; its tables are kept.
    run_id bigint not null references ops.run (run_id),
    schemas text[] not null,
    -- With their schemas, quoted: what else is in the schemas is of others.
    views text[] not null,
    shown_at timestamptz not null default clock_timestamp()
);

-- The environment that a try is for; null for other runs.
alter table ops.run add column environment text;
