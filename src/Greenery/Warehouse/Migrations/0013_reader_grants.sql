-- Which role greenery_reader (pg_roles.oid) was let read a model's view: a grant that someone revokes is not given again,
-- and a role that was made after the view, or made again, is not forgotten. A view that the role may read had its grant.
alter table ops.live add column reader_role oid;

update ops.live set reader_role = pg_roles.oid
from pg_roles
where pg_roles.rolname = 'greenery_reader'
    and to_regclass(format('%I.%I', live.mart, live.model)) is not null
    and has_table_privilege(
        pg_roles.oid, to_regclass(format('%I.%I', live.mart, live.model)), 'select'
    );
