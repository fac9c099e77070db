using Greenery.Warehouse;

namespace Greenery.Reports.Data;

/// <summary>
/// What is read of the runs before. Every statement names the runs it wants, so that a year of results costs no more
/// than a month of them.
/// </summary>
internal static class HistorySql
{
    /// <summary>Cells of a history strip, days of a trend.</summary>
    public const int Length = 30;

    /// <summary>
    /// Newest first. A run with nothing new has judged no model again, so it says nothing of how checks went.
    /// </summary>
    public const string RunHistory =
        $"""
        select run_id, business_date, state, started_at
        from ops.run
        where run_id <= @runId and (state <> 'unchanged' or run_id = @runId)
            and ({RunKinds.IsForReaders} or run_id = @runId)
            and exists (select from ops.check_result where check_result.run_id = run.run_id)
        order by run_id desc limit @Length
        """;

    // Where readers see all that there is, what a run found of a version that it did not publish is over; a model that
    // was held is not well again.
    private const string IsOfShownVersion =
        """
        (not is_current or check_result.mart = 'staging' or run_id = @runId
            or run.state in ('published', 'rolled_back', 'unchanged')
            or check_result.mart || '.' || check_result.model = any(reported.held_models))
        """;

    /// <summary>
    /// Takes <c>@NothingNew</c>, the message of a run after which readers see all that there is, <c>@runs</c>, those of
    /// the run history, oldest first, and <c>@known</c>, the ids of checks that are listed even if they did not run in
    /// any of them: a model that did not change is not checked again.
    /// </summary>
    public static readonly string Checks =
        $"""
        with reported as (
            -- A publication of what was tried leaves all else as it was.
            select (state = 'published' and started_by <> 'publish') or coalesce(message = @NothingNew, false) as is_current,
                held_models
            from ops.run
            where run_id = @runId
        ),

        history as (
            select check_id, max(run_id) filter (where {IsOfShownVersion}) as run_id, max(run_id) as newest,
                string_agg(chr(64 + place::integer) || left(check_result.status, 1), '' order by place) as marks
            from ops.check_result
            inner join unnest(@runs) with ordinality as shown (run_id, place) using (run_id)
            inner join ops.run using (run_id)
            cross join reported
            group by check_id
        ),

        last_result as (
            select check_id, run_id, marks from history where run_id is not null
            union all
            select asked.check_id, coalesce(earlier.run_id, history.newest), coalesce(history.marks, '')
            from (select unnest(@known) as check_id union select check_id from history) as asked
            left join history on asked.check_id = history.check_id
            cross join reported
            left join lateral (
                select run_id from ops.check_result
                inner join ops.run using (run_id)
                where check_result.check_id = asked.check_id and run_id <= @runId
                    and {RunKinds.IsOfRunForReaders("check_result.run_id")} and {IsOfShownVersion}
                order by run_id desc limit 1
            ) as earlier on true
            where history.run_id is null and coalesce(earlier.run_id, history.newest) is not null
        )

        select check_id as id, mart, model, column_name as column, kind,
            severity, status, rows_looked_at, rows_failing,
            message, run_id, marks
        from last_result
        inner join ops.check_result using (run_id, check_id)
        order by check_id
        """;

    /// <summary>
    /// Of the last runs how many checks failed and warned, newest first; also of those that broke before any check.
    /// </summary>
    public const string Outcomes =
        $"""
        with shown as (
            select run_id, business_date, state
            from ops.run
            where run_id <= @runId and (state <> 'unchanged' or run_id = @runId)
                and ({RunKinds.IsForReaders} or run_id = @runId)
            order by run_id desc limit @Length
        )

        select run_id, business_date, state, count(check_id) as checks,
            count(*) filter (where status in ('fail', 'error')) as failed,
            count(*) filter (where status = 'warn') as warned
        from shown
        left join ops.check_result using (run_id)
        group by run_id, business_date, state
        order by run_id desc
        """;

    /// <summary>How long the last runs took to build each model, oldest first.</summary>
    public const string BuildTimes =
        $"""
        select model, run_id, extract(epoch from finished_at - started_at)::double precision as seconds, is_delta
        from ops.run_model
        where run_id in (
                select run_id from ops.run
                where run_id <= @runId and (state <> 'unchanged' or run_id = @runId)
                    and ({RunKinds.IsForReaders} or run_id = @runId)
                order by run_id desc limit @Length
            )
            and action = 'build' and finished_at is not null and started_at is not null
        order by model, run_id
        """;

    /// <summary>Takes pairs <c>@runs</c> and <c>@checks</c>.</summary>
    public const string FailingRows =
        """
        select check_id, failing_row::text as row
        from unnest(@runs, @checks) as asked (run_id, check_id)
        inner join ops.failing_row using (run_id, check_id)
        where ordinal <= @most
        order by check_id, ordinal
        """;

    /// <summary>Takes <c>@checks</c>, and looks before the run <c>@oldest</c>.</summary>
    public static readonly string OpenBefore =
        $"""
        with earlier as (
            select check_id, run_id, status,
                max(run_id) filter (where status = 'pass') over (partition by check_id) as last_pass
            from ops.check_result
            where check_id = any(@checks) and run_id < @oldest and {RunKinds.IsOfRunForReaders("check_result.run_id")}
        )

        select check_id, min(business_date) as since, count(*) as runs
        from earlier
        inner join ops.run using (run_id)
        where status in ('warn', 'fail', 'error') and run_id > coalesce(last_pass, 0)
        group by check_id
        """;

    public const string Metrics =
        """
        with shown as (
            select distinct on (business_date) business_date, run_id
            from ops.run
            where run_id <= @runId and (state in ('published', 'unchanged') or run_id = @runId)
                and exists (select from ops.metric where metric.run_id = run.run_id)
            order by business_date desc, run_id desc
            limit @Length
        )

        select metric, shown.business_date, run_id, value,
            error
        from shown
        inner join ops.metric using (run_id)
        order by metric, shown.business_date
        """;

    public const string NewestDrops =
        """
        select table_name as table, max(drop_date) as date, max(load.finished_at) as loaded_at
        from ops.drop
        left join ops.load using (drop_id, table_name)
        where state in ('loaded', 'same_content') and coalesce(load.run_id, 0) <= @runId
        group by table_name
        """;

    /// <summary>
    /// Of a drop that was loaded again the last load counts. Takes <c>@through</c>, the newest drop's date, and
    /// <c>@Days</c>, how many days up to it.
    /// </summary>
    public const string Volumes =
        """
        with latest as (
            select distinct on (path) drop.table_name, drop_date, rows_in_file, rows_quarantined
            from ops.drop
            inner join ops.load using (drop_id)
            where drop_date > @through - @Days and drop_date <= @through and load.run_id <= @runId
            order by path, load_seq desc
        )

        select table_name as table, drop_date as date, sum(rows_in_file)::bigint as rows,
            sum(rows_quarantined)::bigint as quarantined
        from latest
        group by table_name, drop_date
        order by table_name, drop_date
        """;

    /// <summary>Three examples of each kind, the newest ones.</summary>
    public const string Quarantine =
        $"""
        with counted as (
            select table_name, rule, column_name, count(*) as held, count(*) filter (where run_id = @runId) as new,
                (array_agg(quarantine_id order by quarantine_id desc))[1:3] as examples
            from ops.quarantine
            where run_id in (
                select run_id from ops.run
                where run_id <= @runId and {RunKinds.IsForReaders}
                order by run_id desc limit @Length
            )
            group by table_name, rule, column_name
            order by new desc, held desc
            limit 50
        )

        select counted.table_name as table, counted.rule, counted.column_name as column, held as rows,
            new as new_rows, path, line, quarantine.message, left(raw, 2000) as raw
        from counted
        inner join ops.quarantine on quarantine_id = any(examples)
        inner join ops.drop using (drop_id)
        order by held desc, counted.table_name, counted.rule, counted.column_name, quarantine_id
        """;
}
