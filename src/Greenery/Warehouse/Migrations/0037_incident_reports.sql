-- Which hosts find a channel or a setting wrong, and when they last said so.
-- Hosts that share a database may have different settings (is_of_settings):
-- one whose settings are right says nothing of another's.
create table ops.incident_report (
    subject text not null,
    host text not null,
    reported_at timestamptz not null,
    is_of_settings boolean not null,
    primary key (subject, host)
);

-- Who has found what is open already is not known. It counts as a host that is
-- gone a day later, so that what no host has any more is closed then.
insert into ops.incident_report (subject, host, reported_at, is_of_settings)
select subject, '', clock_timestamp(), false from ops.incident
where kind in ('channel', 'setting') and level <> 'ok';
