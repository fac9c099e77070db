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
        ({ } dollars, "dollars") => Dollars(dollars),
        ({ } days, "days") => days.ToString("0.0", English) + " days",
        ({ } count, _) => count.ToString("N0", English),
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

    private static string Percent(decimal share) => (share * 100).ToString("0.0", English);
}
