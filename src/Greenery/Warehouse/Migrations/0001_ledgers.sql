-- The ledgers of the pipeline. Every table here is written by the pipeline
-- only; people may read all of them.

create schema if not exists staging;
create schema if not exists warehouse;
create schema if not exists core;
create schema if not exists marketing;
create schema if not exists product;

-- One row per run. The partial index is the guard: one run at a time.
create table ops.run (
    run_id bigint generated always as identity primary key,
    business_date date not null,
    requested_date date,
    is_reload boolean not null default false,
    is_full_refresh boolean not null default false,
    started_by text not null,
    host text not null,
    state text not null check (state in (
        'running', 'published', 'unchanged', 'checks_failed', 'refused',
        'failed', 'cancelled', 'rolled_back'
    )),
    catalogue text,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    message text,
    notes text[] not null default '{}'
);

create unique index run_one_at_a_time on ops.run ((true))
where state = 'running';

-- The lease of a running run. Steps take it for key share just before they
-- commit, a takeover takes it for update: a zombie's commit is refused. A
-- watched lease's holder keeps an advisory lock on the run's number for as
-- long as it lives, so that its death is seen at once.
create table ops.lease (
    run_id bigint primary key references ops.run (run_id),
    token uuid not null,
    expires_at timestamptz not null,
    is_watched boolean not null default false
);

-- One row per step of a run; a finished step is remembered with its result.
create table ops.step (
    run_id bigint not null references ops.run (run_id),
    step text not null,
    state text not null check (state in ('running', 'done', 'failed')),
    attempts integer not null default 1,
    result jsonb,
    error text,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    primary key (run_id, step)
);

-- One row per version of a drop: the same path with another ETag is another
-- version. A loaded drop is never loaded again unless a reload is asked for.
create table ops.drop (
    drop_id bigint generated always as identity primary key,
    path text not null,
    etag text not null,
    table_name text not null,
    drop_date date not null,
    bytes bigint not null,
    content_hash text,
    state text not null check (state in (
        'pending', 'loaded', 'same_content', 'refused'
    )),
    message text,
    seen_at timestamptz not null default clock_timestamp(),
    unique (path, etag)
);

-- Which drops a run was to load, in order, and what came of each.
create table ops.run_drop (
    run_id bigint not null references ops.run (run_id),
    drop_id bigint not null references ops.drop (drop_id),
    position integer not null,
    outcome text check (outcome in ('loaded', 'same_content', 'refused')),
    message text,
    is_over_warning boolean not null default false,
    primary key (run_id, drop_id)
);

create sequence ops.load_seq;

-- One row per load that was kept. The check is the law of conservation.
create table ops.load (
    load_seq bigint primary key,
    drop_id bigint not null references ops.drop (drop_id),
    run_id bigint not null references ops.run (run_id),
    table_name text not null,
    rows_in_file bigint not null,
    rows_inserted bigint not null,
    rows_updated bigint not null,
    rows_unchanged bigint not null,
    rows_superseded bigint not null,
    rows_quarantined bigint not null,
    unknown_columns text[] not null default '{}',
    started_at timestamptz not null,
    finished_at timestamptz not null default clock_timestamp(),
    constraint no_row_is_lost check (
        rows_in_file = rows_inserted + rows_updated + rows_unchanged
        + rows_superseded + rows_quarantined
    )
);

create index load_by_run on ops.load (run_id);
create index load_by_drop on ops.load (drop_id);

-- Per source table: the last load that changed a row of it.
create table ops.source_state (
    table_name text primary key,
    load_seq bigint not null
);

-- Rows that did not fit the contract. raw is readable text; raw_bytes is kept
-- where text cannot hold the bytes as they were (invalid UTF-8, NUL).
create table ops.quarantine (
    quarantine_id bigint generated always as identity primary key,
    drop_id bigint not null references ops.drop (drop_id),
    load_seq bigint not null,
    run_id bigint not null,
    table_name text not null,
    line bigint not null,
    column_name text,
    rule text not null,
    message text not null,
    raw text not null,
    raw_bytes bytea,
    quarantined_at timestamptz not null default clock_timestamp()
);

create index quarantine_by_drop on ops.quarantine (drop_id);
create index quarantine_by_run on ops.quarantine (run_id);

-- One row per table that was built in schema warehouse and still exists, with
-- the fingerprint of the newest version it holds.
create table ops.model_table (
    table_name text primary key,
    model text not null,
    fingerprint text not null,
    until_seq bigint not null,
    row_count bigint not null,
    built_by_run bigint not null references ops.run (run_id),
    built_at timestamptz not null default clock_timestamp()
);

-- What a run did with each model. version is the run up to which the rows of
-- an incremental table belong to it.
create table ops.run_model (
    run_id bigint not null references ops.run (run_id),
    model text not null,
    position integer not null,
    mart text not null,
    action text not null check (action in ('build', 'reuse')),
    reason text not null,
    sql text not null,
    materialization text not null,
    fingerprint text not null,
    definition text not null,
    table_name text not null,
    version bigint not null,
    is_delta boolean not null,
    since_seq bigint not null,
    until_seq bigint not null,
    row_count bigint,
    total_rows bigint,
    started_at timestamptz,
    finished_at timestamptz,
    primary key (run_id, model)
);

-- What readers see now, per model.
create table ops.live (
    model text primary key,
    mart text not null,
    table_name text,
    version bigint not null,
    fingerprint text not null,
    definition text not null,
    until_seq bigint not null,
    row_count bigint not null,
    run_id bigint not null references ops.run (run_id),
    published_at timestamptz not null default clock_timestamp()
);

-- What each check of a run looked at and found.
create table ops.check_result (
    run_id bigint not null references ops.run (run_id),
    check_id text not null,
    mart text not null,
    model text not null,
    column_name text,
    kind text not null,
    severity text not null check (severity in ('error', 'warn')),
    status text not null check (status in (
        'pass', 'warn', 'fail', 'error', 'not_evaluated'
    )),
    rows_looked_at bigint not null,
    rows_failing bigint not null,
    message text not null,
    checked_at timestamptz not null default clock_timestamp(),
    primary key (run_id, check_id)
);

-- Some of the failing rows of each check, columns marked as personal masked.
create table ops.failing_row (
    run_id bigint not null,
    check_id text not null,
    ordinal integer not null,
    failing_row jsonb not null,
    primary key (run_id, check_id, ordinal),
    foreign key (run_id, check_id) references ops.check_result
);

-- The named figures of sql/metrics, per run.
create table ops.metric (
    run_id bigint not null references ops.run (run_id),
    business_date date not null,
    metric text not null,
    value numeric,
    error text,
    primary key (run_id, metric)
);
