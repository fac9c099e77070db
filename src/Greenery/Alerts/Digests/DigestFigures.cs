using System.Globalization;
using Greenery.Alerts.Messages;
using Greenery.Models;
using Greenery.Presentation;
using Greenery.Publishing;

namespace Greenery.Alerts.Digests;

/// <summary>The newest day's metrics against the usual ones, in words and as a table.</summary>
/// <param name="metrics">Those with a value for each day that concern the reader, in the owner's order.</param>
/// <param name="periods">What the run that readers see took.</param>
internal sealed class DigestFigures(IReadOnlyList<Metric> metrics, IReadOnlyList<MetricPeriodValue> periods)
{
    private const int MetricsInWords = 3;

    private readonly List<Metric> _shown = [.. metrics.Where(metric =>
        periods.Any(value => value.Metric == metric.Name && value is { Period: "day", Value: not null }))];

    /// <summary><c>revenue $5,210.00, 12 % above usual</c>; null without such a metric.</summary>
    public string? Headline() => _shown is not [var first, ..] ? null
        : string.Join(", ", new[]
        {
            $"{Lower(first.Title)} {NumberFormat.Of(Value(first, "day"), first)}", Against(first, "usual"),
        }.Where(part => part.Length > 0));

    /// <summary>
    /// A sentence or two: <c>Revenue on Sunday, 22 November was $5,210.00, 12 % above a usual Sunday. Orders: 61, as
    /// usual.</c>
    /// </summary>
    public string? Lead()
    {
        if (_shown is not [var first, .. var others])
        {
            return null;
        }
        var day = DayOf(first);
        var weekday = day.ToString("dddd", CultureInfo.InvariantCulture);
        var against = Against(first, $"a usual {weekday}");
        var text = $"{first.Title} on {weekday}, {day.ToString("d MMMM", CultureInfo.InvariantCulture)} was "
            + NumberFormat.Of(Value(first, "day"), first)
            + (against.Length > 0 ? $", {against}." : $"; there are too few {weekday}s before it to say what is "
            + $"usual.");
        return string.Join(' ', [text, .. others.Take(MetricsInWords - 1).Select(metric => Sentence(metric, day))]);
    }

    /// <summary>All of them, by period; a table for each newest day, as sources may have rows of different ones.
    /// </summary>
    public IEnumerable<Block> Table() =>
        _shown.GroupBy(DayOf).Select(metrics => new Block.Table(
            string.Create(CultureInfo.InvariantCulture, $"{metrics.Key:dddd, d MMMM} against the usual"),
            ["Figure", "The day", $"A usual {metrics.Key:dddd}", "A week before", "7 days", "28 days"], [1, 2, 3, 4, 5],
            [.. metrics.Select(Row)]));

    private string[] Row(Metric metric)
    {
        var against = NumberFormat.AgainstUsual(Value(metric, "day"), Value(metric, "usual"), metric);
        return
        [
            metric.Title,
            NumberFormat.Of(Value(metric, "day"), metric),
            NumberFormat.Of(Value(metric, "usual"), metric) + (against.Length > 0 ? $" ({Short(against)})" : ""),
            NumberFormat.Of(Value(metric, "weekday_before"), metric),
            NumberFormat.Of(Value(metric, "week"), metric),
            NumberFormat.Of(Value(metric, "four_weeks"), metric),
        ];
    }

    private string Sentence(Metric metric, DateOnly day)
    {
        var against = Against(metric, "usual");
        var own = DayOf(metric);
        var on = own == day ? "" : string.Create(CultureInfo.InvariantCulture, $" on {own:dddd, d MMMM}");
        return $"{metric.Title}{on}: {NumberFormat.Of(Value(metric, "day"), metric)}"
            + (against.Length > 0 ? $", {against}." : ".");
    }

    private string Against(Metric metric, string usual)
    {
        var words = NumberFormat.Against(Value(metric, "day"), Value(metric, "usual"), metric);
        return words.Length == 0 || words == "as usual" ? words : $"{words} {usual}";
    }

    // In a table the column says what it is compared with.
    private static string Short(string against) =>
        against == "as usual" ? "the same" : against.Replace(" usual", "", StringComparison.Ordinal);

    private DateOnly DayOf(Metric metric) =>
        periods.First(value => value.Metric == metric.Name && value.Period == "day").To;

    private decimal? Value(Metric metric, string period) =>
        periods.FirstOrDefault(value => value.Metric == metric.Name && value.Period == period)?.Value;

    private static string Lower(string title) => char.ToLowerInvariant(title[0]) + title[1..];
}
