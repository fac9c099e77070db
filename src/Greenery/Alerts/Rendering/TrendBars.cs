namespace Greenery.Alerts.Rendering;

/// <summary>
/// The last days of a key figure as bars: mail clients strip SVG and hide images, so they are table cells or
/// characters.
/// </summary>
internal static class TrendBars
{
    /// <summary>Two weeks are meant; more than four would not fit a phone.</summary>
    private const int MostBars = 28;

    private const string Steps = "▁▂▃▄▅▆▇█";

    /// <summary>
    /// Height of each bar, from 0 to 1, oldest first; null where there was no value. Bars stand on zero, unless all
    /// values lie in the upper half, as rates do from day to day: then they stand a little below the lowest one and
    /// show how it moves.
    /// </summary>
    public static IReadOnlyList<double?> Heights(IReadOnlyList<decimal?> points)
    {
        var values = points.TakeLast(MostBars).Select(point => (double?)point).ToList();
        if (values.Max() is not { } high || values.Min() is not { } low)
        {
            return values;
        }
        if (high == low)
        {
            return [.. values.Select(value => value is { } same ? (same == 0 ? 0.0 : 0.5) : (double?)null)];
        }
        var ground = low >= 0 && low < high / 2 ? 0 : low - ((high - low) / 4);
        return [.. values.Select(value => (value - ground) / (high - ground))];
    }

    /// <summary><c>▂▄▁·█</c>: a dot where there was no value.</summary>
    public static string Line(IReadOnlyList<decimal?> points) => string.Concat(Heights(points)
        .Select(height => height is { } share ? Steps[(int)Math.Round(share * (Steps.Length - 1))] : '·'));
}
