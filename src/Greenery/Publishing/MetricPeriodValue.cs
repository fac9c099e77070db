using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>A metric over a period, as a run took it.</summary>
/// <param name="Metric">The name of its file.</param>
/// <param name="Period"><c>day</c>, <c>weekday_before</c>, <c>usual</c> (median of the same weekday of the four weeks
/// before), <c>week</c> or <c>four_weeks</c>, both with the day itself.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Value">Null where there was none.</param>
public sealed record MetricPeriodValue(string Metric, string Period, DateOnly From, DateOnly To, decimal? Value)
{
    /// <summary>Those of the newest run up to one that readers got; empty where no metric has a value for each day.
    /// </summary>
    public static Task<List<MetricPeriodValue>> ReadAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken) =>
        connection.QueryAsync<MetricPeriodValue>(
            """
            select metric, period, from_date as from, to_date as to, value
            from ops.metric_period
            where run_id = (
                select max(run_id) from ops.run
                where run_id <= @runId and state in ('published', 'unchanged')
                    and exists (select from ops.metric_period as taken where taken.run_id = run.run_id))
            order by metric, period
            """, new { runId }, cancellationToken);

    /// <summary>The newest days' values as runs up to one took them, oldest first; of several runs the last.</summary>
    public static Task<List<MetricPeriodValue>> ReadDaysAsync(
        NpgsqlConnection connection, long runId, int most, CancellationToken cancellationToken) =>
        connection.QueryAsync<MetricPeriodValue>(
            """
            select distinct on (metric, to_date) metric, period, from_date as from, to_date as to, value
            from ops.metric_period
            inner join ops.run using (run_id)
            where period = 'day' and run_id <= @runId and state in ('published', 'unchanged')
                and to_date > (select max(to_date) from ops.metric_period where period = 'day' and run_id <= @runId) - @most
            order by metric, to_date, run_id desc
            """, new { runId, most }, cancellationToken);
}
