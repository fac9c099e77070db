using System.Globalization;

namespace Greenery.Checks;

/// <summary>What was found and expected of a number, for people.</summary>
internal static class UsualText
{
    /// <summary>A number of its scale: <c>1,234</c>, <c>12.5%</c>.</summary>
    public static string Number(double value, UsualScale scale) => scale == UsualScale.Share
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp(value, 0, 1) * 100:0.##}%")
        : value.ToString(Math.Abs(value) < 100 ? "0.##" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>As in <c>2026-12-20</c>.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The band and what it comes from.</summary>
    public static string Expected(UsualBand band, UsualScale scale)
    {
        // What was never below 0 is not expected to be.
        var low = band.Usual >= 0 ? Math.Max(0, band.Low) : band.Low;
        return $"expected {Number(low, scale)} to {Number(band.High, scale)} (median of {band.Basis}: "
            + $"{Number(band.Usual, scale)})";
    }

    /// <summary>That a check knows too little to judge by.</summary>
    public static string Learning(int daysKnown) =>
        $"it is learning what is usual: {Math.Min(daysKnown, UsualRange.LearningDays)} of "
        + $"{UsualRange.LearningDays} days are known";
}
