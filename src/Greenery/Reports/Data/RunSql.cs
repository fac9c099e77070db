using Greenery.Warehouse;

namespace Greenery.Reports.Data;

/// <summary>What is read of the reported run itself. All but the first take <c>@runId</c>.</summary>
internal static class RunSql
{
    /// <summary>Takes <c>@asked</c>, which may be null for the newest run.</summary>
    public const string Run =
        $"""
        select run_id, state, business_date, started_by,
            started_at, finished_at, message, array_to_string(notes, chr(10)) as notes,
            run_id = {RunKinds.Newest} as is_newest,
            is_partial, array_to_string(held_models, ', ') as held_models
        from ops.run
        where run_id = coalesce(@asked::bigint, {RunKinds.Newest})
        """;

    /// <summary>Of the newest run what is live, which may be an earlier run's after a rollback.</summary>
    public const string Readers =
        """
        select run.run_id, run.business_date,
            coalesce(shown.published_at, run.finished_at, run.started_at) as published_at
        from ops.run
        left join (
            select run_id, max(published_at) as published_at from ops.live group by run_id
        ) as shown using (run_id)
        where run.run_id = case
            when @isNewest then (select max(run_id) from ops.live)
            else (select max(run_id) from ops.run where run_id <= @runId and state in ('published', 'rolled_back'))
        end
        """;

    public const string Drops =
        """
        select path, table_name as table, outcome, run_drop.message,
            is_over_warning
        from ops.run_drop
        inner join ops.drop using (drop_id)
        where run_id = @runId and outcome in ('loaded', 'refused') and (run_drop.message is not null or is_over_warning)
        order by position
        """;

    public const string Models =
        """
        select model, action, reason, finished_at
        from ops.run_model where run_id = @runId order by position
        """;

    /// <summary>The page follows the run's end, and so do the messages: they are no part of it.</summary>
    public const string Steps =
        """
        select step, state, attempts, started_at,
            finished_at, error
        from ops.step where run_id = @runId and step not in ('report', 'tell')
        order by started_at, step
        """;

    // A table that a try has built is readers' since it was published.
    private const string Published = "select live.table_name from ops.live";

    /// <summary>Of the last sixty runs; a table that is older tells it itself.</summary>
    public static readonly string Builds =
        $"""
        with built as (
            select distinct on (model)
                model, run_id, finished_at, row_count,
                extract(epoch from finished_at - started_at)::double precision as seconds, is_delta
            from ops.run_model
            where run_id between @runId - 60 and @runId and action = 'build' and finished_at is not null
                and ({RunKinds.IsOfRunForReaders("run_model.run_id")} or table_name in ({Published}))
            order by model, run_id desc
        )

        select model, run_id, finished_at as built_at, row_count as rows, seconds,
            is_delta
        from built
        union all
        select distinct on (model) model, built_by_run, built_at, row_count, null::double precision, false
        from ops.model_table
        where model not in (select model from built) and built_by_run <= @runId
            and ({RunKinds.IsOfRunForReaders("built_by_run")} or table_name in ({Published}))
        order by 1
        """;

    public const string Live =
        """
        select model, run_id, case when table_name is not null then row_count end as rows
        from ops.live
        """;

    /// <summary>Takes <c>@marts</c>.</summary>
    public const string Columns =
        """
        select nspname::text as mart, relname::text as model, attname::text as name,
            format_type(atttypid, atttypmod) as type
        from pg_class
        inner join pg_namespace on pg_namespace.oid = relnamespace
        inner join pg_attribute on attrelid = pg_class.oid
        where nspname = any(@marts) and relkind = 'v' and attnum > 0 and not attisdropped
        order by 1, 2, attnum
        """;
}
