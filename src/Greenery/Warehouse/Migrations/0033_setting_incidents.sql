-- A setting that runs do without may be wrong, and a report may not be written:
-- no run fails by it, so each has an incident of its own.
alter table ops.incident drop constraint incident_kind_check;
alter table ops.incident add constraint incident_kind_check
check (kind in (
    'check', 'source', 'run', 'sla', 'channel', 'setting', 'report'
));
