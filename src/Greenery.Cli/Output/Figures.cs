using System.Globalization;
using Greenery.Models;

namespace Greenery.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("");

    public static string Count(long number) => number.ToString("N0", English);

    /// <summary><c>1 row</c>, <c>3,553 rows</c>.</summary>
    public static string Count(long number, string singular, string? plural = null) =>
        $"{Count(number)} {(number == 1 ? singular : plural ?? singular + "s")}";

    /// <summary>A key figure in its unit; a dash when it has no value.</summary>
    public static string Of(decimal? value, Metric metric) => (value, metric.Unit) switch
    {
        (null, _) => "-",
        ({ } share, "share") => (share * 100).ToString("0.0", English) + " %",
        ({ } dollars, "dollars") => "$" + dollars.ToString("N2", English),
        ({ } days, "days") => days.ToString("0.0", English) + " days",
        ({ } count, _) => count.ToString("N0", English),
    };

    /// <summary><c>0.8 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalMinutes >= 1
        ? string.Create(English, $"{(int)time.TotalMinutes} min {time.Seconds} s")
        : string.Create(English, $"{time.TotalSeconds:0.0} s");
}
