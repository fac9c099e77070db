using System.Globalization;

namespace Greenery.Staging.Parsing.Excel;

/// <summary>
/// The numbers of a workbook. A spreadsheet computes in binary and shows and guarantees 15 decimal digits: 19.99 * 3 is
/// stored as 59.969999999999999 and is 59.97. What was typed as a longer whole number has lost its last digits.
/// </summary>
internal static class ExcelNumber
{
    // Up to here each whole number has a double of its own.
    private const double MostExact = 9_007_199_254_740_992;

    // A spreadsheet makes zeros of the digits after the fifteenth when they are typed.
    private const double LeastOfSixteenDigits = 1e15;

    // decimal writes these without an exponent and without loss.
    private const double SmallestPlain = 1e-5;
    private const double LargestPlain = 1e28;

    /// <summary>As it was meant; false when digits of it may be lost.</summary>
    public static bool TryFormat(double value, out string text)
    {
        text = value.ToString("G15", CultureInfo.InvariantCulture);
        var isSame = double.Parse(text, CultureInfo.InvariantCulture) == value;
        if (Math.Floor(value) == value && (!isSame || Math.Abs(value) >= LeastOfSixteenDigits))
        {
            text = value.ToString(Math.Abs(value) < MostExact ? "F0" : "R", CultureInfo.InvariantCulture);
            return false;
        }
        if (Math.Abs(value) is >= SmallestPlain and < LargestPlain)
        {
            text = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture);
        }
        return true;
    }

    /// <summary>With all its digits, for columns that are binary themselves.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
