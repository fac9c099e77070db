using System.Globalization;
using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Takes the metrics that have a value for each day over the newest day and the days it is compared with, and keeps
/// them per run in <c>ops.metric_period</c>.
/// </summary>
internal sealed class MetricPeriods(NpgsqlConnection connection, IReadOnlyList<Metric> metrics)
{
    // The same weekday of so many weeks before is what is usual.
    private const int WeeksCompared = 4;
    private const int LeastWeeks = 2;

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
        var day = await NewestDayAsync(date, cancellationToken);
        await connection.ExecuteAsync(
            "delete from ops.metric_period where run_id = @RunId", lease, cancellationToken);
        foreach (var metric in _daily)
        {
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

    // A drop has the rows of its own day or of the day before it. Once rows of their own day were seen, a day without
    // any is a day without any.
    private async Task<DateOnly> NewestDayAsync(DateOnly date, CancellationToken cancellationToken)
    {
        var isOfOwnDay = await connection.ExecuteScalarAsync<bool>(
            """
            select exists (
                select from ops.metric_period
                inner join ops.run using (run_id)
                where period = 'day' and to_date = business_date and value <> 0)
            """, null, cancellationToken);
        if (isOfOwnDay)
        {
            return date;
        }
        foreach (var metric in _daily)
        {
            if (await ValuesAsync(metric, [(date, date)], cancellationToken) is [{ } value] && value != 0)
            {
                return date;
            }
        }
        return date.AddDays(-1);
    }

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
            $"select {i} as place, (select value from ({metric.PeriodSql(period.From, period.To)}\n) as metric) as "
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
