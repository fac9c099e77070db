using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Digests;

/// <summary>The results of a business date, for all readers; a digest shows what concerns its reader.</summary>
/// <param name="Run">The date's newest run that has ended.</param>
/// <param name="Readers">What readers see; null when nothing was ever published.</param>
/// <param name="Loads">Rows by source table, of all runs of the date.</param>
/// <param name="History">Key figures as published, the newest of each date; two weeks up to the date.</param>
/// <param name="Builds">Models built for the date, the slowest first.</param>
/// <param name="Open">What is open, the oldest first.</param>
/// <param name="Periods">Metrics of the newest day and the days it is compared with, as readers see them.</param>
/// <param name="Shop">What marketing's models say.</param>
/// <param name="Now">UTC.</param>
internal sealed record DigestData(
    RunReport Run,
    ReaderView? Readers,
    IReadOnlyList<LoadLine> Loads,
    ILookup<string, MetricPoint> History,
    IReadOnlyList<BuildLine> Builds,
    IReadOnlyList<Incident> Open,
    IReadOnlyList<MetricPeriodValue> Periods,
    DigestShop Shop,
    DateTime Now)
{
    /// <summary>Days of a trend.</summary>
    public const int Days = 14;

    public static async Task<DigestData> ReadAsync(
        NpgsqlConnection connection, RunReport run, DigestShop shop, DateTime now, CancellationToken cancellationToken)
    {
        var on = new { run.BusinessDate, from = run.BusinessDate.AddDays(1 - Days) };
        return new DigestData(
            run,
            await ReaderView.ReadAsync(connection, cancellationToken),
            await connection.QueryAsync<LoadLine>(LoadSql, on, cancellationToken),
            (await connection.QueryAsync<MetricPoint>(MetricSql, on, cancellationToken))
                .ToLookup(point => point.Metric, StringComparer.Ordinal),
            await connection.QueryAsync<BuildLine>(BuildSql, on, cancellationToken),
            [.. (await IncidentStore.ReadAsync(connection, cancellationToken)).Values.Where(state =>
                state.Level != IncidentSeverity.Ok)
                .OrderBy(state => state.OpenedAt).ThenBy(state => state.Subject, StringComparer.Ordinal)],
            await MetricPeriodValue.ReadAsync(connection, run.RunId, cancellationToken),
            shop,
            now);
    }

    private const string LoadSql =
        """
        select table_name as table, count(*) as drops, sum(rows_in_file)::bigint as rows,
            sum(rows_inserted)::bigint as inserted, sum(rows_updated)::bigint as updated,
            sum(rows_unchanged)::bigint as unchanged, sum(rows_superseded)::bigint as superseded,
            sum(rows_quarantined)::bigint as quarantined, 0::bigint as restored, 0::bigint as removed, 0::bigint as gone,
            0::bigint as returned, sum(rows_expired)::bigint as expired
        from ops.load inner join ops.run using (run_id)
        where business_date = @BusinessDate
        group by table_name order by table_name
        """;

    private const string MetricSql =
        """
        select distinct on (metric, metric.business_date) metric, metric.business_date as date, value
        from ops.metric inner join ops.run using (run_id)
        where state in ('published', 'unchanged') and metric.business_date between @from and @BusinessDate
        order by metric, metric.business_date, run_id desc
        """;

    private const string BuildSql =
        $"""
        select mart, model, row_count as rows,
            extract(epoch from run_model.finished_at - run_model.started_at)::double precision as seconds
        from ops.run_model inner join ops.run using (run_id)
        where business_date = @BusinessDate and {RunKinds.IsForReaders}
            and action = 'build' and run_model.finished_at is not null
        order by run_model.finished_at - run_model.started_at desc, model
        """;
}

/// <summary>A key figure as published for a date; null when it had no value.</summary>
internal sealed record MetricPoint(string Metric, DateOnly Date, decimal? Value);

/// <summary>A model that was built.</summary>
internal sealed record BuildLine(string Mart, string Model, long? Rows, double Seconds);
