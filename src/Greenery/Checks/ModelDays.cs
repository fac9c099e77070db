using Greenery.Models;
using Npgsql;

namespace Greenery.Checks;

/// <summary>Judges the numbers of a model's rows: those of the run against those of earlier business dates.</summary>
/// <param name="connection">Reads what earlier runs have kept.</param>
/// <param name="date">The run's business date.</param>
internal sealed class ModelDays(NpgsqlConnection connection, DateOnly date)
{
    /// <summary>The result, with the numbers that were taken.</summary>
    /// <param name="check">A statistic rule.</param>
    /// <param name="numbers">Per reading the number and the rows it is of.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<CheckResult> JudgeAsync(Check check, double[] numbers, CancellationToken cancellationToken)
    {
        var rule = (StatisticRule)check.Rule;
        var stored = (await CheckValueStore.ReadAcceptedAsync(connection, check.Id, cancellationToken))
            .Where(value => value.Day < date).ToList();
        var taken = rule.Readings.Index().Select(x => new TakenValue(
            x.Item.Category, date, numbers[2 * x.Index], numbers[(2 * x.Index) + 1], AskedOf(check, x.Item))).ToList();
        var series = taken.Select(now => (now.Category, (IReadOnlyList<DayValue>)
        [
            .. stored.Where(value => value.Category == now.Category && value.Asked == now.Asked)
                .Select(value => value.ToDayValue()),
            new DayValue(date, now.Value!.Value, now.Of),
        ])).ToList();
        return UsualJudge.Judge(date, rule.Range, series).ToResult(check, []) with { Taken = taken };
    }

    private static string AskedOf(Check check, Reading reading) =>
        ModelFingerprint.Hash([reading.Value(check.Where), reading.Rows(check.Where)])[..12];
}
