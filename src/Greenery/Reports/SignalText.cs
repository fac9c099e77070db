using System.Globalization;
using Greenery.Presentation;
using Greenery.Reports.Data;

namespace Greenery.Reports;

/// <summary>What a signal of repeat buyers says, in words and in its unit.</summary>
internal static class SignalText
{
    /// <summary><c>$52.10</c>, <c>34.0 %</c>, <c>3.2 days</c>; a dash where there is none.</summary>
    public static string Value(decimal? value, string unit) => value is { } number ? Of(number, unit) : "-";

    /// <summary>
    /// <c>$4.80 more (95% confidence: +$1.20 to +$8.40)</c>; without a clear difference the verdict first.
    /// </summary>
    public static string Difference(RepeatSignal signal) => signal switch
    {
        { Verdict: "too few to say" } => $"too few to say: {NumberFormat.Count(signal.RepeatBuyers)} and "
            + $"{NumberFormat.Count(signal.OneTimeBuyers, "buyer")}",
        { IsClear: true, Difference: { } difference } =>
            $"{Change(Math.Abs(difference), signal.Unit)} {signal.Verdict}{Interval(signal)}",
        _ => signal.Verdict + Interval(signal),
    };

    private static string Interval(RepeatSignal signal) =>
        signal is { IntervalLow: { } low, IntervalHigh: { } high }
            ? $" (95% confidence: {Signed(low, signal.Unit)} to {Signed(high, signal.Unit)})"
            : "";

    private static string Signed(decimal value, string unit) =>
        (value > 0 ? "+" : value < 0 ? "-" : "") + Change(Math.Abs(value), unit);

    private static string Change(decimal value, string unit) =>
        unit == "share" ? NumberFormat.Points(value) : Of(value, unit);

    private static string Of(decimal value, string unit) => unit switch
    {
        "share" => NumberFormat.Share(value),
        "dollars" => NumberFormat.Dollars(value),
        _ when NumberFormat.IsCurrency(unit) => NumberFormat.Of(value, unit),
        _ => value.ToString("#,0.0#", CultureInfo.InvariantCulture) + " " + unit,
    };
}
