-- The field's words for what was here already. Every row is kept.

-- A business date that the schedule asks for, and the run that covers it.
alter table ops.slot rename to scheduled_run;
alter table ops.scheduled_run rename column slot_at to scheduled_at;
alter index ops.slot_due rename to scheduled_run_due;
alter table ops.run rename column slot_at to scheduled_at;

-- A session-held lease: its holder's session keeps an advisory lock.
-- session_since is the start of the server that the session began on.
alter table ops.lease rename column is_watched to is_session_held;
alter table ops.lease rename column watched_since to session_since;

-- How often a process of the step crashed.
alter table ops.step rename column deaths to crash_count;

-- Rows that a complete drop no longer has: soft-deleted.
alter table ops.load rename column rows_gone to rows_soft_deleted;

-- Incidents, and the events that open, escalate and resolve them.
alter table ops.alert_state rename to incident;
alter table ops.alert_change rename to incident_event;
alter table ops.incident_event rename column change_id to event_id;
alter index ops.alert_change_by_subject rename to incident_event_by_subject;
alter table ops.told_run rename to notified_run;
alter table ops.notified_run rename column told_at to notified_at;
alter table ops.outbox_change rename to outbox_event;
alter table ops.outbox_event rename column change_id to event_id;
alter index ops.outbox_change_by_message rename to outbox_event_by_message;

-- The service level agreement ("published by 07:00") was called a promise.
alter table ops.incident drop constraint alert_state_kind_check;
update ops.incident set kind = 'sla' where kind = 'promise';
update ops.incident set subject = 'sla' where subject = 'promise';
alter table ops.incident add constraint incident_kind_check
check (kind in ('check', 'source', 'run', 'sla', 'channel'));
update ops.incident_event set kind = 'sla' where kind = 'promise';
update ops.incident_event set subject = 'sla' where subject = 'promise';

alter table ops.incident_event
drop constraint alert_change_change_check;
update ops.incident_event set change = case change
    when 'worsened' then 'escalated'
    when 'eased' then 'deescalated'
    when 'recovered' then 'resolved'
    when 'gone' then 'removed'
    else change
end;
alter table ops.incident_event add constraint incident_event_change_check
check (change in (
    'opened', 'escalated', 'deescalated', 'resolved', 'reminded', 'removed'
));

alter table ops.outbox drop constraint outbox_topic_check;
update ops.outbox set topic = 'poll' where topic = 'look';
alter table ops.outbox add constraint outbox_topic_check
check (topic in ('run', 'poll', 'channel', 'digest'));

-- Messages that wait are read by the program of today. A quote within a text
-- is escaped, so that only names of fields are met here.
update ops.outbox
set message = replace(
    replace(message::text, '"Tone":', '"Severity":'), '"Words":', '"Text":'
)::json
where state = 'waiting';

-- The names of before, for queries that people have; they go with 1.0.
create view ops.slot as
select
    scheduled_at as slot_at,
    business_date,
    run_id,
    note,
    noted_at
from ops.scheduled_run;

create view ops.alert_state as
select
    subject,
    kind,
    level,
    message,
    rows_failing,
    opened_at,
    reminded_at,
    changed_at,
    run_id
from ops.incident;
