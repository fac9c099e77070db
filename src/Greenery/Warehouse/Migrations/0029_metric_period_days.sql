-- The page asks for the newest days of all runs; of a day few runs of many tell.
create index metric_period_day on ops.metric_period (period, to_date);
