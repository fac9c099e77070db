using System.Globalization;
using Greenery.Models;

namespace Greenery.Presentation;

/// <summary>Numbers as people read them.</summary>
public static class NumberFormat
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("");

    public static string Count(long number) => number.ToString("N0", English);

    /// <summary><c>1 row</c>, <c>3,553 rows</c>.</summary>
    public static string Count(long number, string singular, string? plural = null) =>
        $"{Count(number)} {(number == 1 ? singular : plural ?? singular + "s")}";

    /// <summary><c>79.8 %</c>.</summary>
    public static string Share(decimal share) => Percent(share) + " %";

    /// <summary>How far two shares are apart: 10 % and 15 % differ by <c>5.0 points</c>.</summary>
    public static string Points(decimal share) => Percent(share) + " points";

    /// <summary><c>$84,168.22</c>.</summary>
    public static string Dollars(decimal dollars) => "$" + dollars.ToString("N2", English);

    /// <summary>A key figure in its unit; a dash when it has no value.</summary>
    public static string Of(decimal? value, Metric metric) => (value, metric.Unit) switch
    {
        (null, _) => "-",
        ({ } share, "share") => Share(share),
        ({ } number, var unit) => Of(number, unit),
    };

    /// <summary>
    /// A number in its unit: <c>$1.50</c>, <c>€1.50</c>, <c>CHF 1.50</c>, <c>3.2 days</c>, <c>12 kg</c>, and a count
    /// by itself.
    /// </summary>
    /// <param name="value">The number; of a share, parts of 1.</param>
    /// <param name="unit">As in a metric's file.</param>
    public static string Of(decimal value, string unit) => unit switch
    {
        "share" => Share(value),
        "count" => value.ToString("N0", English),
        "dollars" => Dollars(value),
        "days" => value.ToString("0.0", English) + " days",
        _ when Symbols.TryGetValue(unit, out var symbol) => symbol + Money(value, unit),
        _ when IsCurrency(unit) => $"{unit} {Money(value, unit)}",
        _ => $"{value.ToString(decimal.IsInteger(value) ? "N0" : "#,0.0#", English)} {unit}",
    };

    /// <summary>
    /// How a key figure has moved: in points for a share, in its unit otherwise; nothing when one value is missing.
    /// </summary>
    public static string Change(decimal? now, decimal? before, Metric metric)
    {
        if (now is not { } present || before is not { } past)
        {
            return "";
        }
        var change = present - past;
        var sign = change > 0 ? "+" : change < 0 ? "-" : "±";
        return sign + (metric.Unit == "share" ? Points(Math.Abs(change)) : Of(Math.Abs(change), metric));
    }

    /// <summary><c>0.8 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalMinutes >= 1
        ? string.Create(English, $"{(int)time.TotalMinutes} min {time.Seconds} s")
        : string.Create(English, $"{time.TotalSeconds:0.0} s");

    /// <summary>
    /// By how much a number is above or below another: <c>12 % above</c>, <c>0.3 points below</c>, <c>as usual</c> when
    /// no digit that is shown differs; empty when one is missing.
    /// </summary>
    public static string Against(decimal? now, decimal? usual, Metric metric)
    {
        if (now is not { } found || usual is not { } expected)
        {
            return "";
        }
        var way = found > expected ? "above" : "below";
        if (metric.Unit == "share")
        {
            return Percent(found) == Percent(expected) ? "as usual" : $"{Points(Math.Abs(found - expected))} {way}";
        }
        if (expected <= 0)
        {
            return found == expected ? "as usual" : $"{Of(Math.Abs(found - expected), metric)} {way}";
        }
        var percent = Math.Abs(found / expected - 1) * 100;
        return percent < 0.5m ? "as usual" : $"{percent.ToString("N0", English)} % {way}";
    }

    /// <summary>
    /// As <see cref="Against"/>, with what the owner thinks of it: <c>12 % above usual, better</c>; empty when one is
    /// missing.
    /// </summary>
    public static string AgainstUsual(decimal? now, decimal? usual, Metric metric) =>
        Against(now, usual, metric) is not { Length: > 0 } words ? ""
        : words == "as usual" ? words
        : $"{words} usual" + (IsBetter(now, usual, metric.Direction) switch
        {
            true => ", better",
            false => ", worse",
            null => "",
        });

    /// <summary>Whether a change is for the better; null where no way is, or nothing has changed.</summary>
    public static bool? IsBetter(decimal? now, decimal? before, MetricDirection direction) =>
        direction == MetricDirection.None || now is null || before is null || now == before ? null
        : now > before == (direction == MetricDirection.UpIsGood);

    // ISO 4217; yen and won have no smaller unit.
    private static readonly Dictionary<string, string> Symbols = new(StringComparer.Ordinal)
    {
        ["USD"] = "$", ["EUR"] = "€", ["GBP"] = "£", ["JPY"] = "¥",
    };

    /// <summary>Whether a unit is the code of a currency.</summary>
    public static bool IsCurrency(string unit) => unit.Length == 3 && unit.All(char.IsAsciiLetterUpper);

    private static string Money(decimal value, string currency) =>
        value.ToString(currency is "JPY" or "KRW" ? "N0" : "N2", English);

    private static string Percent(decimal share) => (share * 100).ToString("0.0", English);
}
