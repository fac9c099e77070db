using System.Globalization;
using Greenery.Alerts.Messages;
using Greenery.Models;
using Greenery.Presentation;

namespace Greenery.Alerts.Digests;

/// <summary>A key figure with its change and its last two weeks.</summary>
internal static class DigestTrends
{
    /// <summary>Null for a figure that was not published in these weeks.</summary>
    public static Trend? Of(Metric metric, IEnumerable<MetricPoint> history, DateOnly date)
    {
        var points = history.Where(point => point.Value is not null).OrderBy(point => point.Date).ToList();
        if (points is not [.., var now])
        {
            return null;
        }
        var values = points.ToDictionary(point => point.Date, point => point.Value);
        return new Trend(
            metric.Title,
            NumberFormat.Of(now.Value, metric),
            [.. Changes(metric, points, now)],
            [.. Enumerable.Range(0, DigestData.Days)
                .Select(i => values.GetValueOrDefault(date.AddDays(i + 1 - DigestData.Days)))],
            points.Count == 1 ? "" :
                $"{NumberFormat.Of(points.Min(point => point.Value), metric)} to "
                    + $"{NumberFormat.Of(points.Max(point => point.Value), metric)} "
                + $"in {DigestData.Days} days");
    }

    private static IEnumerable<string> Changes(Metric metric, List<MetricPoint> points, MetricPoint now)
    {
        if (points is [.., var before, _])
        {
            yield return Change(metric, now, before, before.Date == now.Date.AddDays(-1) ? "the day before"
                : Date(before.Date));
        }
        if (points.FindLast(point => point.Date <= now.Date.AddDays(-7)) is { } week
            && (points is not [.., var last, _] || week != last))
        {
            yield return Change(metric, now, week, week.Date == now.Date.AddDays(-7) ? "last week" : Date(week.Date));
        }
    }

    private static string Change(Metric metric, MetricPoint now, MetricPoint before, string since) =>
        $"{NumberFormat.Change(now.Value, before.Value, metric)} since {since}";

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
