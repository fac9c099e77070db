-- The path in the form in which paths compare: numbers by their value, ASCII
-- letters without their case, then the path as it is. Of two drops of one
-- date the one with the greater key wins. New rows get it from DropOrder.cs,
-- which follows the same rule: a number is written as the count of its
-- digits, four digits wide, and its digits without leading zeros.
alter table ops.drop add column sort_key text collate "C";

update ops.drop as d
set sort_key = k.sort_key || ' ' || d.path
from (
    select
        p.path,
        string_agg(
            case
                when part.text ~ '^[0-9]'
                    then lpad(length(ltrim(part.text, '0'))::text, 4, '0') || ltrim(part.text, '0')
                else lower(part.text collate "C")
            end,
            '' order by part.position
        ) as sort_key
    from (select distinct path from ops.drop) as p
    cross join lateral regexp_matches(p.path, '[0-9]+|[^0-9]+', 'g') with ordinality as found (texts, position)
    cross join lateral (select found.texts[1] as text, found.position) as part
    group by p.path
) as k
where d.path = k.path;

alter table ops.drop alter column sort_key set not null;

create index drop_by_order on ops.drop (table_name, drop_date, sort_key);
