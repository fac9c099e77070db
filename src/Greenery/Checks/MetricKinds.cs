using Greenery.Models;
using Greenery.Sources;

namespace Greenery.Checks;

/// <summary>The kinds of check that are declared on metrics.</summary>
internal static class MetricKinds
{
    public const string MetricChange = "metric_change";

    private const int MostLag = 31;

    /// <summary>The rule; mistakes are reported by the arguments' map.</summary>
    public static MetricRule Change(Metric metric, PropertyMap arguments)
    {
        var scale = metric.Unit == "share" ? UsualScale.Share : UsualScale.Amount;
        var range = UsualRange.Read(scale, arguments);
        var lag = arguments.Number("lag");
        if (lag < 0 || lag > MostLag || !decimal.IsInteger(lag ?? 0))
        {
            arguments.Refuse($"'lag: {lag}' is not possible; expected a whole number of days from 0 to {MostLag}.");
        }
        if (!metric.IsDaily)
        {
            arguments.Refuse($"metric_change compares days, but {metric.File} does not use :from_date and :to_date; "
                + "expected a condition such as 'where order_date between :from_date and :to_date'.");
        }
        return new MetricRule(metric, range, (int?)lag, ModelFingerprint.Hash([metric.Sql])[..12]);
    }
}
