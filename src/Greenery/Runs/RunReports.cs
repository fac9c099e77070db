using Greenery.Checks;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>Reads what the ledgers say of a run.</summary>
public sealed class RunReports(PostgresWarehouse warehouse)
{
    /// <summary>The newest run that was no try, or null when there was none.</summary>
    public async Task<RunReport?> LastAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var runId = await connection.ExecuteScalarAsync<long?>(
            $"select {RunKinds.Newest}", null, cancellationToken);
        return runId is { } last ? await ReadAsync(connection, last, cancellationToken) : null;
    }

    /// <summary>The run readers see now, or null when nothing was published yet.</summary>
    public async Task<RunReport?> LiveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var runId = await connection.ExecuteScalarAsync<long?>(
            "select max(run_id) from ops.live", null, cancellationToken);
        return runId is { } live ? await ReadAsync(connection, live, cancellationToken) : null;
    }

    /// <summary>The newest runs, newest first.</summary>
    public async Task<IReadOnlyList<RunLine>> ListAsync(int most, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.QueryAsync<RunLine>(
            $"{LineSql} order by run_id desc limit @most", new { most }, cancellationToken);
    }

    /// <summary>A run's report, or null when there is no such run.</summary>
    public async Task<RunReport?> ReadAsync(long runId, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await ReadAsync(connection, runId, cancellationToken);
    }

    private static async Task<RunReport?> ReadAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken)
    {
        var id = new { runId };
        var head = await connection.QueryFirstOrDefaultAsync<RunReport>(
            """
            select run_id, state, business_date, started_by,
                started_at, finished_at, message, is_partial, left(catalogue, 12) as project, environment,
                (select coalesce(sum(attempts - 1), 0)::integer from ops.step where step.run_id = run.run_id) as retries
            from ops.run where run_id = @runId
            """, id, cancellationToken);
        return head is null ? null : head with
        {
            Notes = await connection.QueryAsync<string>(
                "select unnest(notes) from ops.run where run_id = @runId", id, cancellationToken),
            HeldModels = await connection.QueryAsync<string>(
                "select unnest(held_models) from ops.run where run_id = @runId", id, cancellationToken),
            Loads = await connection.QueryAsync<LoadLine>(LoadSql, id, cancellationToken),
            Drops = await connection.QueryAsync<DropLine>(DropSql, id, cancellationToken),
            Quarantine = await connection.QueryAsync<QuarantineLine>(QuarantineSql, id, cancellationToken),
            Models = await connection.QueryAsync<ModelLine>(ModelSql, id, cancellationToken),
            Checks = await ChecksAsync(connection, runId, cancellationToken),
            Metrics = await connection.QueryAsync<MetricLine>(MetricSql, id, cancellationToken),
        };
    }

    private static async Task<List<CheckLine>> ChecksAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken)
    {
        var checks = await connection.QueryAsync<CheckLine>(CheckSql, new { runId }, cancellationToken);
        var rows = await connection.QueryAsync<(string Id, string Row)>(
            "select check_id, failing_row::text from ops.failing_row where run_id = @runId order by check_id, ordinal",
            new { runId }, cancellationToken);
        var byCheck = rows.ToLookup(row => row.Id, row => FailingRowText.Cut(row.Row), StringComparer.Ordinal);
        return [.. checks.Select(check => check with { FailingRows = [.. byCheck[check.Id]] })];
    }

    /// <summary>Selects <see cref="RunLine"/>s of all runs.</summary>
    internal const string LineSql =
        """
        select run_id, state, business_date, started_by,
            started_at, finished_at, message, is_partial, left(catalogue, 12) as project
        from ops.run
        """;

    private const string LoadSql =
        """
        select table_name as table, count(*) as drops, sum(rows_in_file)::bigint as rows,
            sum(rows_inserted)::bigint as inserted, sum(rows_updated)::bigint as updated,
            sum(rows_unchanged)::bigint as unchanged, sum(rows_superseded)::bigint as superseded,
            sum(rows_quarantined)::bigint as quarantined, sum(rows_restored)::bigint as restored,
            sum(rows_removed)::bigint as removed, sum(rows_soft_deleted)::bigint as gone,
            sum(rows_returned)::bigint as returned, sum(rows_expired)::bigint as expired
        from ops.load where run_id = @runId group by table_name order by table_name
        """;

    private const string DropSql =
        """
        select path, outcome, run_drop.message, is_over_warning, table_name as table
        from ops.run_drop join ops.drop using (drop_id)
        where run_id = @runId and outcome is not null and (run_drop.message is not null or is_over_warning)
        order by position
        """;

    private const string QuarantineSql =
        """
        select table_name as table, rule, rows, path, line,
            column_name as column, message
        from (
            select quarantine.*, path, count(*) over same as rows,
                row_number() over (same order by quarantine_id) as example
            from ops.quarantine join ops.drop using (drop_id, table_name)
            where run_id = @runId
            window same as (partition by quarantine.table_name, rule, column_name)
        ) as counted
        where example = 1
        order by rows desc, table_name, rule, column_name
        """;

    private const string ModelSql =
        """
        select mart, model, action, reason,
            is_delta as is_incremental,
            coalesce(run_model.row_count, model_table.row_count) as rows,
            extract(epoch from finished_at - started_at)::double precision as seconds
        from ops.run_model left join ops.model_table using (table_name, model)
        where run_id = @runId order by position
        """;

    private const string CheckSql =
        """
        select check_id as id, mart, model, severity, status,
            rows_looked_at, rows_failing, message
        from ops.check_result where run_id = @runId
        order by array_position(array['error', 'fail', 'warn', 'not_evaluated', 'pass'], status), check_id
        """;

    private const string MetricSql =
        """
        select now.metric, now.value, day_before.value as day_before, week_before.value as week_before,
            now.error
        from ops.metric as now
        left join lateral (
            select value from ops.metric as earlier inner join ops.run using (run_id)
            where run.state in ('published', 'unchanged') and earlier.metric = now.metric and earlier.business_date < now.business_date
            order by earlier.business_date desc, earlier.run_id desc limit 1
        ) as day_before on true
        left join lateral (
            select value from ops.metric as earlier inner join ops.run using (run_id)
            where run.state in ('published', 'unchanged') and earlier.metric = now.metric and earlier.business_date <= now.business_date - 7
            order by earlier.business_date desc, earlier.run_id desc limit 1
        ) as week_before on true
        where now.run_id = @runId
        order by now.metric
        """;
}
