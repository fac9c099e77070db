-- What metrics that return days have for each day, of the version of a model that
-- readers see: the days of changed rows are computed anew after each publication.
create table ops.metric_day (
    metric text not null,
    day date not null,
    numerator numeric,
    denominator numeric,
    primary key (metric, day)
);

-- Which version of the model the days are of. asked: a hash of the metric's SQL.
create table ops.metric_day_state (
    metric text primary key,
    asked text not null,
    table_name text not null,
    version bigint not null
);
