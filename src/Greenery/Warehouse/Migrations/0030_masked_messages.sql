-- Messages are masked where they are made. Those of earlier versions were
-- masked where they were shown, and may quote personal values. Which columns
-- are personal the contract says, and no table here: so they lose what they
-- quote of a file, once. The rows themselves stay in ops.quarantine.raw.
create function pg_temp.masked(message text) returns text
language sql immutable
as $$
    select regexp_replace(
        regexp_replace(message, '(found|begins with) ''[^\n]*''', '\1 ***', 'g'),
        'Found: [^\n]* Expected:', 'Found: ***. Expected:', 'g'
    )
$$;

update ops.quarantine
set message = pg_temp.masked(message)
where message <> pg_temp.masked(message);

update ops.drop
set message = pg_temp.masked(message)
where message <> pg_temp.masked(message);

update ops.run_drop
set message = pg_temp.masked(message)
where message <> pg_temp.masked(message);

update ops.run
set
    message = pg_temp.masked(message),
    notes = array(
        select pg_temp.masked(note)
        from unnest(notes) with ordinality as noted (note, position)
        order by position
    )
where
    message <> pg_temp.masked(message)
    or notes::text ~ '(found|begins with) ''|Found: ';

update ops.incident
set message = pg_temp.masked(message)
where message <> pg_temp.masked(message);

update ops.incident_event
set message = pg_temp.masked(message)
where message <> pg_temp.masked(message);

update ops.step
set error = pg_temp.masked(error)
where error <> pg_temp.masked(error);
