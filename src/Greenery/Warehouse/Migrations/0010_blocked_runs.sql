-- A run that could not publish because readers' transactions were in the way.
-- That is no verdict on the data: its business date stays due.
alter table ops.run add column is_blocked boolean not null default false;
