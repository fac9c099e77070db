using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Judges a metric's value of a day. A day's value is taken once and kept; the first run, and one after a changed
/// definition, takes those of the days before it too.
/// </summary>
/// <param name="connection">Its search path finds the models of the run.</param>
/// <param name="date">The run's business date.</param>
internal sealed class MetricDays(NpgsqlConnection connection, DateOnly date)
{
    /// <summary>The result, with the values that were taken.</summary>
    /// <exception cref="PostgresException">The database refuses the metric's SQL.</exception>
    public async Task<CheckResult> JudgeAsync(Check check, CancellationToken cancellationToken)
    {
        var rule = (MetricRule)check.Rule;
        var day = date.AddDays(-rule.Lag);
        var first = day.AddDays(-rule.Range.Days);
        var known = (await CheckValueStore.ReadAsync(connection, [check.Id], cancellationToken))[check.Id]
            .Where(value => value.Asked == rule.Asked && value.Day >= first && value.Day < day).ToList();
        var missing = Enumerable.Range(0, rule.Range.Days).Select(i => first.AddDays(i))
            .Except(known.Select(value => value.Day)).Append(day).ToList();
        var taken = await TakeAsync(rule, missing, cancellationToken);
        var days = known.Select(value => (value.Day, Value: (double?)value.Value))
            .Concat(taken.Select(value => (value.Day, value.Value)))
            .OrderBy(value => value.Day)
            // Before its first day there was no shop to measure.
            .SkipWhile(value => value.Value is null or 0)
            .Where(value => value.Value is not null)
            .Select(value => ToDayValue(rule, value.Day, value.Value!.Value)).ToList();
        return UsualJudge.Judge(day, rule.Range, [("", days)]).ToResult(check, []) with { Taken = taken };
    }

    private async Task<List<TakenValue>> TakeAsync(
        MetricRule rule, List<DateOnly> days, CancellationToken cancellationToken)
    {
        var sql = string.Join("\nunion all\n", days.Select(day => string.Create(
            CultureInfo.InvariantCulture,
            $"select date '{day:yyyy-MM-dd}' as day, ({rule.Metric.DaySql(day)}) as value")));
        var values = await connection.QueryAsync<(DateOnly Day, double? Value)>(
            $"select day, value::double precision from ({sql}) as days", null, cancellationToken);
        return [.. values.Select(value => new TakenValue(
            "", value.Day, value.Value is { } number && double.IsFinite(number) ? number : null, 0, rule.Asked))];
    }

    // A count varies as chance has it; of other metrics the number of rows is not known.
    private static DayValue ToDayValue(MetricRule rule, DateOnly day, double value) =>
        rule.Range.Scale == UsualScale.Share ? new DayValue(day, value, 1)
        : new DayValue(day, value, rule.Metric.Unit == "count" ? value : 0);
}
