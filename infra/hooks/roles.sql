-- The roles of the warehouse. Run in database postgres by an Entra administrator (postprovision does it); safe to rerun.
-- psql variables: role (the pipeline's name), principal (its object id in Entra), database.
\set ON_ERROR_STOP on
set client_min_messages = warning;

select
    set_config('greenery.role', :'role', false) as role,
    set_config('greenery.principal', :'principal', false) as principal,
    set_config('greenery.database', :'database', false) as database;

do $$
declare
    pipeline text := current_setting('greenery.role');
    principal text := current_setting('greenery.principal');
    warehouse text := current_setting('greenery.database');
begin
    -- By object id: looking a name up would take rights in the directory. An
    -- identity that was made anew has the old name and another id.
    if not exists (select from pg_roles where rolname = pipeline) then
        perform pgaadauth_create_principal_with_oid(
            pipeline, principal, 'service', false, false
        );
    elsif not exists (
        select from pgaadauth_list_principals(false) as known
        where known.objectid::text = principal
    ) then
        execute format(
            'security label for pgaadauth on role %I is %L',
            pipeline, 'aadauth,oid=' || principal || ',type=service'
        );
    end if;

    -- It makes the schemas of staging, marts and ledgers, and owns them.
    execute format(
        'grant connect, create, temporary on database %I to %I',
        warehouse, pipeline
    );

    -- What people are granted: the pipeline lets it read the marts, and
    -- nothing else.
    if not exists (select from pg_roles where rolname = 'greenery_reader') then
        create role greenery_reader nologin;
    end if;
    execute format(
        'grant connect on database %I to greenery_reader', warehouse
    );

    -- To say whose transaction publishing waits for. It can do without.
    begin
        execute format('grant pg_monitor to %I', pipeline);
    exception when insufficient_privilege then
        raise warning 'pg_monitor was not granted to %: publishing cannot name whom it waits for.', pipeline;
    end;

    -- Operators act as the pipeline where they roll back or replay from their
    -- own machines: what they make there has to be its own.
    begin
        execute format('grant %I to current_user', pipeline);
    exception when insufficient_privilege then
        raise warning '% was not granted to %: rollback and replay from outside the app are not possible.', pipeline, current_user;
    end;
end
$$;
