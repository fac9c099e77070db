-- While versions change, a view of the marts holds two of them and reads here which one to show, so that all views
-- change with one commit and no lock. query: the select of the version shown, without that choice. publication: the
-- publication that showed it; null when that was before this migration.
alter table ops.live add column query text, add column publication bigint;

create sequence ops.publication;
