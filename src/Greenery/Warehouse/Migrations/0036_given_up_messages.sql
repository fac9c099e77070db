-- A message is tried for three days from its first try on, however long it
-- waited for its channel before; then it is given up. So is one that no
-- process could try for a week.
alter table ops.outbox add column first_try_at timestamptz;

update ops.outbox set first_try_at = created_at
where state = 'waiting' and attempts > 0;

alter table ops.outbox drop constraint outbox_state_check;
alter table ops.outbox add constraint outbox_state_check
check (state in ('waiting', 'accepted', 'refused', 'given_up'));
