using System.Globalization;
using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Takes the metrics that have a value for each day over the newest day and the days it is compared with, and keeps
/// them per run in <c>ops.metric_period</c>.
/// </summary>
internal sealed class MetricPeriods(
    NpgsqlConnection connection, IReadOnlyList<Metric> metrics, MetricDayStore days)
{
    // The same weekday of so many weeks before is what is usual.
    private const int WeeksCompared = 4;
    private const int LeastWeeks = 2;

    // So many show which day's rows a drop has.
    private const int RunsCompared = 14;

    private readonly List<Metric> _daily = [.. metrics.Where(metric => metric.IsDaily)];

    /// <summary>Takes all of them. A value that cannot be computed is left out: the figure over all days says why.
    /// </summary>
    public async Task TakeAsync(RunLease lease, CancellationToken cancellationToken)
    {
        if (_daily.Count == 0)
        {
            return;
        }
        var date = await connection.ExecuteScalarAsync<DateOnly>(
            "select business_date from ops.run where run_id = @RunId", lease, cancellationToken);
        var ofOwnDay = await OfOwnDayAsync(lease, cancellationToken);
        await connection.ExecuteAsync(
            "delete from ops.metric_period where run_id = @RunId", lease, cancellationToken);
        foreach (var metric in _daily)
        {
            var day = ofOwnDay.Contains(metric.Name) || await HasRowsAsync(metric, date, cancellationToken)
                ? date
                : date.AddDays(-1);
            foreach (var (period, from, value) in await ReadAsync(metric, day, cancellationToken))
            {
                await connection.ExecuteAsync(
                    """
                    insert into ops.metric_period (run_id, metric, period, from_date, to_date, value)
                    values (@RunId, @Name, @period, @from, @to, @value)
                    """,
                    new
                    {
                        lease.RunId, metric.Name, period, from, value,
                        to = period is "weekday_before" or "usual" ? day.AddDays(-7) : day,
                    }, cancellationToken);
            }
        }
    }

    // A drop has the rows of its own day or of the day before it, each source in its way. Of a metric that had rows of
    // the drop's own day in most of the last runs, a day without any is a day without any. Only the runs that were the
    // newest when they ran tell: a day that is run again later has the rows of its own day in any case.
    private async Task<HashSet<string>> OfOwnDayAsync(RunLease lease, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<string>(
            """
            with published as (
                select run_id, business_date, max(business_date) over (order by run_id) as newest_date
                from ops.run
                where state = 'published' and run_id < @RunId
            ),

            last_of_date as (
                select distinct on (business_date) run_id, business_date
                from published
                where business_date = newest_date
                    and exists (select from ops.metric_period where metric_period.run_id = published.run_id)
                order by business_date desc, run_id desc
                limit @RunsCompared
            )

            select metric
            from last_of_date
            inner join ops.metric_period using (run_id)
            where period = 'day'
            group by metric
            having 2 * count(*) filter (where to_date = business_date and value <> 0) > count(*)
            """, new { lease.RunId, RunsCompared }, cancellationToken)];

    private async Task<bool> HasRowsAsync(Metric metric, DateOnly date, CancellationToken cancellationToken) =>
        await ValuesAsync(metric, [(date, date)], cancellationToken) is [{ } value] && value != 0;

    private async Task<IReadOnlyList<(string Period, DateOnly From, decimal? Value)>> ReadAsync(
        Metric metric, DateOnly day, CancellationToken cancellationToken)
    {
        var weekdays = Enumerable.Range(1, WeeksCompared).Select(week => day.AddDays(-7 * week)).ToList();
        var values = await ValuesAsync(
            metric,
            [(day, day), (day.AddDays(-6), day), (day.AddDays(-27), day), .. weekdays.Select(same => (same, same))],
            cancellationToken);
        return values.Count == 0 ? [] :
        [
            ("day", day, values[0]), ("week", day.AddDays(-6), values[1]), ("four_weeks", day.AddDays(-27), values[2]),
            ("weekday_before", weekdays[0], values[3]),
            // Days without anything at the beginning are from before the business began.
            ("usual", weekdays[^1], Median([.. values.Skip(3).Reverse().SkipWhile(value => value is null or 0)
                .OfType<decimal>()])),
        ];
    }

    // Empty when PostgreSQL refuses: the whole figure has the reason.
    private async Task<List<decimal?>> ValuesAsync(
        Metric metric, IReadOnlyList<(DateOnly From, DateOnly To)> periods, CancellationToken cancellationToken)
    {
        var sql = string.Join("\nunion all\n", periods.Select((period, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"select {i} as place, (select value from ({days.Sql(metric, period.From, period.To)}\n) as metric) as "
                + $"value")));
        try
        {
            var rows = await connection.QueryAsync<(int Place, string? Value)>(
                $"select place, round(value::numeric, 6)::text as value from ({sql}) as periods order by place", null,
                cancellationToken);
            return [.. rows.Select(row =>
                decimal.TryParse(row.Value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number)
                    ? number : (decimal?)null)];
        }
        catch (PostgresException exception) when (!exception.IsTransient)
        {
            return [];
        }
    }

    // Of two or more: one odd day among them moves it little.
    private static decimal? Median(List<decimal> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count < LeastWeeks ? null
            : sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
