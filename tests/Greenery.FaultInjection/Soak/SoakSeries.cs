using System.Globalization;

namespace Greenery.FaultInjection.Soak;

/// <summary>One figure over all runs, and whether it is flat.</summary>
/// <param name="Name">For people.</param>
/// <param name="Values">In the order of the runs.</param>
/// <param name="Share">How much of the middle third's median the last third's may be above it.</param>
/// <param name="Slack">The same as a number: what small figures vary by.</param>
internal sealed record SoakSeries(string Name, IReadOnlyList<double> Values, double Share, double Slack)
{
    // The first third is for warming up: code is compiled, pools and caches are filled.
    private int Third => Values.Count / 3;

    public double First => Median(Values.Take(Math.Max(1, Third)));

    public double Middle => Median(Values.Skip(Third).Take(Math.Max(1, Third)));

    public double Last => Median(Values.TakeLast(Math.Max(1, Third)));

    public bool IsFlat => Last <= (Middle * (1 + Share)) + Slack;

    /// <summary>As a row of Markdown.</summary>
    /// <param name="verdict">What is said of it.</param>
    public string Row(string verdict) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Name} | {First:0.#} | {Middle:0.#} | {Last:0.#} | {Values.Max():0.#} | {verdict} |");

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
