-- Which project the database belongs to: written down by the first run of a project with a name. Another project's run
-- is refused.
create table ops.project (
    is_only boolean primary key default true check (is_only),
    name text not null,
    named_at timestamptz not null default clock_timestamp()
);

-- Whether the run may take many models from readers, because the project has them no more.
alter table ops.run add column may_withdraw boolean not null default false;

-- Which models readers lost by it: the project had them no more.
alter table ops.run add column withdrawn_models text[] not null default '{}';
