-- Each run asks for the refused drops of all dates; they are few among all drops.
create index drop_refused on ops.drop (table_name) where state = 'refused';
