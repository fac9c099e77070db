-- What a run found a metric to be over the newest day and the days it is
-- compared with: a figure over all days moves too little to notice a bad one.
create table ops.metric_period (
    run_id bigint not null references ops.run (run_id),
    metric text not null,
    period text not null
        check (period in ('day', 'weekday_before', 'usual', 'week', 'four_weeks')),
    from_date date not null,
    to_date date not null,
    value numeric,
    primary key (run_id, metric, period)
);
