using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Judges a metric's values of the run's day, and of every other day that came with the run: where several days load
/// at once, a bad one among them is as bad as on a day of its own. A day is compared with what earlier runs saw of
/// their days: a day that is half over at the time of the run is compared with such days.
/// </summary>
/// <param name="connection">Its search path finds the models of the run.</param>
/// <param name="date">The run's business date.</param>
internal sealed class MetricDays(NpgsqlConnection connection, DateOnly date)
{
    // A backlog is judged as far back as this.
    private const int DaysJudged = 31;

    // A drop has the rows of its own day, or of the day before it.
    private static readonly int[] UsualLags = [0, 1];

    private const double ManyRows = 1e12;

    /// <summary>The worst of the days, with the values that were taken.</summary>
    /// <exception cref="PostgresException">The database refuses the metric's SQL.</exception>
    public async Task<CheckResult> JudgeAsync(Check check, CancellationToken cancellationToken)
    {
        var rule = (MetricRule)check.Rule;
        int[] lags = rule.Lag is { } only ? [only] : UsualLags;
        var dates = await DatesAsync(cancellationToken);
        var taken = await TakeAsync(rule, dates, lags, cancellationToken);
        var isTaken = taken.Select(now => (now.Category, now.Day)).ToHashSet();
        var known = (await CheckValueStore.ReadAsync(connection, [check.Id], cancellationToken))[check.Id]
            .Where(value => value.Asked == rule.Asked && !isTaken.Contains((value.Category, value.Day)))
            .Select(value => (value.Category, value.Day, Value: (double?)value.Value));
        var series = known.Concat(taken.Select(now => (now.Category, now.Day, now.Value)))
            .Where(value => value.Value is not null)
            .ToLookup(value => value.Category, value => ToDayValue(rule, value.Day, value.Value!.Value));
        // Where no run ever saw a row of its own day, these come a day later.
        var lag = lags.FirstOrDefault(lag => series[Name(lag)].Any(day => day.Value != 0), lags[^1]);
        return DayResult.Worst(check, dates.Select(day => UsualJudge.Judge(
            day.AddDays(-lag), rule.Range, [("", [.. series[Name(lag)]])]))).ToResult(check, []) with { Taken = taken };
    }

    // The run's own, and those of drops that no run has judged yet. Of a history that is loaded at once, nothing is
    // news but the last day.
    private async Task<IReadOnlyList<DateOnly>> DatesAsync(CancellationToken cancellationToken) =>
    [
        .. (await connection.QueryAsync<DateOnly>(
            $"""
            select distinct drop_date
            from ops.load
            inner join ops.drop using (drop_id)
            where
                load.run_id > (
                    select max(run.run_id) from ops.run where {AcceptedRuns.Of("drop.table_name")}
                )
                and drop_date > @date - @DaysJudged and drop_date < @date
            order by drop_date
            """, new { date, DaysJudged }, cancellationToken)),
        date,
    ];

    private async Task<List<TakenValue>> TakeAsync(
        MetricRule rule, IReadOnlyList<DateOnly> dates, IReadOnlyList<int> lags, CancellationToken cancellationToken)
    {
        var asked = dates.SelectMany(_ => lags, (day, lag) => (Lag: lag, Day: day.AddDays(-lag))).ToList();
        var sql = string.Join("\nunion all\n", asked.Select((one, i) => string.Create(
            CultureInfo.InvariantCulture, $"select {i} as place, ({rule.Metric.DaySql(one.Day)}) as value")));
        var values = await connection.QueryAsync<(int Place, double? Value)>(
            $"select place, value::double precision from ({sql}) as days order by place", null, cancellationToken);
        return [.. values.Select(value => new TakenValue(
            Name(asked[value.Place].Lag), asked[value.Place].Day,
            value.Value is { } number && double.IsFinite(number) ? number : null, 0, rule.Asked))];
    }

    private static string Name(int lag) => lag.ToString(CultureInfo.InvariantCulture);

    // A count varies by chance. Of other metrics the number of rows is not known: chance explains nothing then, as for
    // a share of many rows.
    public static DayValue ToDayValue(MetricRule rule, DateOnly day, double value) =>
        rule.Range.Scale == UsualScale.Share ? new DayValue(day, value * ManyRows, ManyRows)
        : new DayValue(day, value, rule.Metric.Unit == "count" ? value : 0);
}
