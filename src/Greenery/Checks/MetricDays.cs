using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Judges a metric's value of a day. Each run takes it once, so that it is compared with what earlier runs saw of
/// their days: a day that is half over at the time of the run is compared with such days.
/// </summary>
/// <param name="connection">Its search path finds the models of the run.</param>
/// <param name="date">The run's business date.</param>
internal sealed class MetricDays(NpgsqlConnection connection, DateOnly date)
{
    // A drop has the rows of its own day, or of the day before it.
    private static readonly int[] UsualLags = [0, 1];

    private const double ManyRows = 1e12;

    /// <summary>The result, with the values that were taken.</summary>
    /// <exception cref="PostgresException">The database refuses the metric's SQL.</exception>
    public async Task<CheckResult> JudgeAsync(Check check, CancellationToken cancellationToken)
    {
        var rule = (MetricRule)check.Rule;
        var known = (await CheckValueStore.ReadAsync(connection, [check.Id], cancellationToken))[check.Id]
            .Where(value => value.Asked == rule.Asked).ToList();
        var taken = await TakeAsync(rule, rule.Lag is { } only ? [only] : UsualLags, cancellationToken);
        var series = taken.Select(now => (now.Day, Days: known
            .Where(value => value.Category == now.Category && value.Day != now.Day)
            .Select(value => (value.Day, Value: (double?)value.Value)).Append((now.Day, now.Value))
            .Where(value => value.Value is not null)
            .Select(value => ToDayValue(rule, value.Day, value.Value!.Value)).ToList())).ToList();
        // Where no run ever saw a row of its own day, these come a day later.
        var judged = series.Find(one => one.Days.Exists(day => day.Value != 0));
        judged = judged.Days is null ? series[^1] : judged;
        return UsualJudge.Judge(judged.Day, rule.Range, [("", judged.Days)]).ToResult(check, []) with { Taken = taken };
    }

    private async Task<List<TakenValue>> TakeAsync(
        MetricRule rule, IReadOnlyList<int> lags, CancellationToken cancellationToken)
    {
        var sql = string.Join("\nunion all\n", lags.Select(lag => string.Create(
            CultureInfo.InvariantCulture,
            $"select {lag} as lag, ({rule.Metric.DaySql(date.AddDays(-lag))}) as value")));
        var values = await connection.QueryAsync<(int Lag, double? Value)>(
            $"select lag, value::double precision from ({sql}) as days order by lag", null, cancellationToken);
        return [.. values.Select(value => new TakenValue(
            value.Lag.ToString(CultureInfo.InvariantCulture), date.AddDays(-value.Lag),
            value.Value is { } number && double.IsFinite(number) ? number : null, 0, rule.Asked))];
    }

    // A count varies by chance. Of other metrics the number of rows is not known: chance explains nothing then, as for
    // a share of many rows.
    private static DayValue ToDayValue(MetricRule rule, DateOnly day, double value) =>
        rule.Range.Scale == UsualScale.Share ? new DayValue(day, value * ManyRows, ManyRows)
        : new DayValue(day, value, rule.Metric.Unit == "count" ? value : 0);
}
