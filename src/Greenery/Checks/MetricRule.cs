using Greenery.Models;

namespace Greenery.Checks;

/// <summary><c>metric_change</c>: a day's value of a metric, compared with its values of earlier days.</summary>
/// <param name="Metric">A metric with a value for each day.</param>
/// <param name="Range">How far the value may be from what is usual.</param>
/// <param name="Lag">How many days before the business date the day is that is judged; null for the business date, or
/// the day before it where a run never has rows of its own day.</param>
/// <param name="Asked">Identifies the metric's SQL: values of another one are not compared.</param>
public sealed record MetricRule(Metric Metric, UsualRange Range, int? Lag, string Asked) : CheckRule
{
    internal override string Sql => Metric.ValidationSql;

    public override string ToString() => $"{Asked} {Range} {Lag}";
}
