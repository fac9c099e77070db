-- What the page and the digest show of models, per version that readers see or
-- can be sent back to: they read this schema only. rows: a JSON array; null, with
-- the reason in fault, when the model could not be asked.
create table ops.report_rows (
    query text not null,
    model text not null,
    fingerprint text not null,
    asked text not null,
    rows jsonb,
    fault text,
    primary key (query, fingerprint)
);
