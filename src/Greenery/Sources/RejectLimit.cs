using System.Globalization;

namespace Greenery.Sources;

/// <summary>
/// How many rows of one drop may be bad, or missing: a number of rows, or a share of those in the file or the table.
/// </summary>
/// <param name="Rows">More bad rows than this are over the limit; null when the limit is a share.</param>
/// <param name="Percent">A larger share than this is over the limit; null when the limit is a number.</param>
public sealed record RejectLimit(long? Rows, decimal? Percent)
{
    /// <summary>Files with fewer rows are never refused by a percentage: one bad row of three says nothing.</summary>
    public const int SmallestForPercent = 20;

    /// <summary>Whether <paramref name="bad"/> of <paramref name="all"/> rows refuse a drop.</summary>
    public bool Refuses(long bad, long all) =>
        (Rows is not null || all >= SmallestForPercent) && IsExceededBy(bad, all);

    /// <summary>Whether <paramref name="bad"/> of <paramref name="all"/> rows are too many.</summary>
    public bool IsExceededBy(long bad, long all) => Rows is { } rows ? bad > rows : bad * 100m > Percent * all;

    /// <summary>
    /// Reads <c>10</c> or <c>2.5%</c>; false for anything else, negative numbers and shares over 100%.
    /// </summary>
    public static bool TryParse(string text, out RejectLimit limit)
    {
        var isShare = text.EndsWith('%');
        var isNumber = decimal.TryParse(
            isShare ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        limit = isShare ? new RejectLimit(null, number) : new RejectLimit((long)Math.Min(number, long.MaxValue), null);
        return isNumber && (isShare ? number <= 100 : decimal.IsInteger(number));
    }

    public override string ToString() =>
        Rows is { } rows ? $"{rows} rows" : string.Create(CultureInfo.InvariantCulture, $"{Percent}%");
}
