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
    /// <param name="band">The band.</param>
    /// <param name="found">What was found: whole numbers are expected to be whole.</param>
    /// <param name="scale">What kind of number it is.</param>
    public static string Expected(UsualBand band, double found, UsualScale scale)
    {
        // What was never below 0 is not expected to be.
        var low = band.Usual >= 0 ? Math.Max(0, band.Low) : band.Low;
        var isWhole = scale == UsualScale.Amount && double.IsInteger(found) && double.IsInteger(band.Usual);
        var (least, most) = isWhole ? (Math.Ceiling(low - 1e-9), Math.Floor(band.High + 1e-9)) : (low, band.High);
        return $"expected {Number(least, scale)} to {Number(most, scale)} (median of {band.Basis}: "
            + $"{Number(band.Usual, scale)})";
    }

    /// <summary>That a check knows too little to judge by.</summary>
    public static string Learning(int daysKnown) =>
        $"it is learning what is usual: {Math.Min(daysKnown, UsualRange.LearningDays)} of "
        + $"{UsualRange.LearningDays} days are known";
}
