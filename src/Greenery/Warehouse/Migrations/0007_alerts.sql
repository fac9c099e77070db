-- How each check, source, the run itself, the promised hour and the channels
-- stand, as people were told. opened_at is null while all is well.
create table ops.alert_state (
    subject text primary key,
    kind text not null check (kind in (
        'check', 'source', 'run', 'promise', 'channel'
    )),
    level text not null check (level in ('ok', 'warn', 'error')),
    message text not null,
    rows_failing bigint,
    opened_at timestamptz,
    reminded_at timestamptz,
    changed_at timestamptz not null,
    run_id bigint references ops.run (run_id),
    constraint open_since_when check ((level = 'ok') = (opened_at is null))
);

-- Every change of a state, whether or not somebody was told.
create table ops.alert_change (
    change_id bigint generated always as identity primary key,
    subject text not null,
    kind text not null,
    change text not null check (change in (
        'opened', 'worsened', 'eased', 'recovered', 'reminded', 'gone'
    )),
    level_before text not null,
    level text not null,
    message text not null,
    rows_before bigint,
    rows_failing bigint,
    opened_at timestamptz not null,
    changed_at timestamptz not null,
    run_id bigint references ops.run (run_id)
);

create index alert_change_by_subject on ops.alert_change (subject);

-- The runs whose changes are in alert_state; any wake-up catches up with the
-- others. What ended before there were alerts is not told any more.
create table ops.told_run (
    run_id bigint primary key references ops.run (run_id),
    told_at timestamptz not null default clock_timestamp()
);

insert into ops.told_run (run_id)
select run_id from ops.run where state <> 'running';

-- Messages, written in the transaction that changes the states they tell of.
-- claimed_until is the end of a sender's right to the message: one that died
-- is taken up again behind it.
create table ops.outbox (
    outbox_id bigint generated always as identity primary key,
    message_id text not null unique,
    channel text not null,
    kind text not null,
    address text not null,
    person text not null,
    topic text not null check (topic in (
        'run', 'look', 'channel', 'digest'
    )),
    run_id bigint references ops.run (run_id),
    title text not null,
    message json not null,
    state text not null default 'waiting' check (state in (
        'waiting', 'accepted', 'refused'
    )),
    created_at timestamptz not null,
    next_try_at timestamptz not null,
    attempts integer not null default 0,
    claim uuid,
    claimed_until timestamptz,
    last_error text,
    receipt text,
    ended_at timestamptz,
    constraint one_message_per_run_channel_and_person
    unique (run_id, topic, kind, address, person)
);

create index outbox_waiting on ops.outbox (next_try_at)
where state = 'waiting';

-- Which changes a message tells of: each goes once to each destination.
create table ops.outbox_change (
    change_id bigint not null references ops.alert_change (change_id),
    kind text not null,
    address text not null,
    outbox_id bigint not null references ops.outbox (outbox_id),
    primary key (change_id, kind, address)
);

create index outbox_change_by_message on ops.outbox_change (outbox_id);

-- One digest per person and business date.
create table ops.digest (
    business_date date not null,
    kind text not null,
    address text not null,
    outbox_id bigint not null references ops.outbox (outbox_id),
    primary key (business_date, kind, address)
);

-- How handing over to each channel goes: what keeps failing is told on the
-- other channels.
create table ops.alert_channel (
    channel text primary key,
    failures_in_a_row integer not null,
    failing_since timestamptz,
    last_error text,
    last_try_at timestamptz not null
);
