using System.Globalization;
using System.Text.RegularExpressions;

namespace Greenery.FaultInjection.Clusters;

/// <summary>Rows as text that can be compared between a server and a cluster.</summary>
internal static partial class RoundedNumbers
{
    /// <summary>
    /// The row with numbers of many decimals rounded: a sum of floating point depends on the order of the rows.
    /// </summary>
    public static string Of(string row) => LongNumber().Replace(
        row, number => double.Parse(number.Value, CultureInfo.InvariantCulture)
            .ToString("G9", CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\d+\.\d{10,}")]
    private static partial Regex LongNumber();
}
