using Greenery.Alerts.States;
using Greenery.Alerts.Telling;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Digests;

/// <summary>What a business date came to, for everybody; a digest shows of it what concerns its reader.</summary>
/// <param name="Run">The date's newest run that has ended.</param>
/// <param name="Readers">What readers see; null when nothing was ever published.</param>
/// <param name="Loads">Rows by source table, of all runs of the date.</param>
/// <param name="History">Key figures as published, the newest of each date; two weeks up to the date.</param>
/// <param name="Builds">Models built for the date, the slowest first.</param>
/// <param name="Open">What is open, the oldest first.</param>
/// <param name="Now">UTC.</param>
internal sealed record DigestData(
    RunReport Run,
    ReaderView? Readers,
    IReadOnlyList<LoadLine> Loads,
    ILookup<string, MetricPoint> History,
    IReadOnlyList<BuildLine> Builds,
    IReadOnlyList<AlertState> Open,
    DateTime Now)
{
    /// <summary>Days of a trend.</summary>
    public const int Days = 14;

    public static async Task<DigestData> ReadAsync(
        NpgsqlConnection connection, RunReport run, DateTime now, CancellationToken cancellationToken)
    {
        var on = new { run.BusinessDate, from = run.BusinessDate.AddDays(1 - Days) };
        return new DigestData(
            run,
            await ReaderView.ReadAsync(connection, cancellationToken),
            await connection.ListAsync<LoadLine>(LoadSql, on, cancellationToken),
            (await connection.ListAsync<MetricPoint>(MetricSql, on, cancellationToken))
                .ToLookup(point => point.Metric, StringComparer.Ordinal),
            await connection.ListAsync<BuildLine>(BuildSql, on, cancellationToken),
            [.. (await StateLedger.ReadAsync(connection, cancellationToken)).Values.Where(state => state.Level != AlertLevel.Ok)
                .OrderBy(state => state.OpenedAt).ThenBy(state => state.Subject, StringComparer.Ordinal)],
            now);
    }

    private const string LoadSql =
        """
        select table_name as "Table", count(*) as "Drops", sum(rows_in_file)::bigint as "Rows",
            sum(rows_inserted)::bigint as "Inserted", sum(rows_updated)::bigint as "Updated",
            sum(rows_unchanged)::bigint as "Unchanged", sum(rows_superseded)::bigint as "Superseded",
            sum(rows_quarantined)::bigint as "Quarantined", 0::bigint as "Restored", 0::bigint as "Removed", 0::bigint as "Gone",
            0::bigint as "Returned"
        from ops.load inner join ops.run using (run_id)
        where business_date = @BusinessDate
        group by table_name order by table_name
        """;

    private const string MetricSql =
        """
        select distinct on (metric, metric.business_date) metric as "Metric", metric.business_date as "Date", value as "Value"
        from ops.metric inner join ops.run using (run_id)
        where state = 'published' and metric.business_date between @from and @BusinessDate
        order by metric, metric.business_date, run_id desc
        """;

    private const string BuildSql =
        """
        select mart as "Mart", model as "Model", row_count as "Rows",
            extract(epoch from run_model.finished_at - run_model.started_at)::double precision as "Seconds"
        from ops.run_model inner join ops.run using (run_id)
        where business_date = @BusinessDate and action = 'build' and run_model.finished_at is not null
        order by run_model.finished_at - run_model.started_at desc, model
        """;
}

/// <summary>A key figure as published for a date; null when it had no value.</summary>
internal sealed record MetricPoint(string Metric, DateOnly Date, decimal? Value);

/// <summary>A model that was built.</summary>
internal sealed record BuildLine(string Mart, string Model, long? Rows, double Seconds);
