using System.Globalization;
using System.Text.RegularExpressions;
using Greenery.Sources;

namespace Greenery.Staging.Parsing.Excel;

/// <summary>The dates and times of a workbook, as text of the column's type.</summary>
internal static partial class ExcelDate
{
    // The day 0 of a workbook, by either of two counts: a cell with a time and no date is of that day.
    private static readonly DateTime[] Zero = [new(1899, 12, 30), new(1899, 12, 31)];

    // Where the days are counted as the first Macs did. It is a date like others too: only a time tells.
    private static readonly DateTime MacZero = new(1904, 1, 1);

    /// <summary>
    /// A date without a time is a date, also where it is text, unless its cell shows a time; a time without a date is
    /// a time.
    /// </summary>
    /// <param name="value">Of the cell.</param>
    /// <param name="kind">Of the column; null when the contract does not know it.</param>
    /// <param name="format">How the cell is shown.</param>
    public static string Format(DateTime value, ColumnKind? kind, string? format)
    {
        if (Zero.Contains(value.Date) || (kind is ColumnKind.Time && value.Date == MacZero))
        {
            return Format(value.TimeOfDay);
        }
        var isDate = value.TimeOfDay == TimeSpan.Zero && kind switch
        {
            ColumnKind.Date => true,
            ColumnKind.Timestamp or ColumnKind.TimestampTz => false,
            _ => !ShowsTime(format),
        };
        return value.ToString(isDate ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss.FFF", CultureInfo.InvariantCulture);
    }

    /// <summary>Hours may be more than those of a day: then it is no time, and no column of times takes it.</summary>
    public static string Format(TimeSpan value)
    {
        var size = value.Duration();
        return string.Create(CultureInfo.InvariantCulture,
            $"{(value < TimeSpan.Zero ? "-" : "")}{(long)size.TotalHours:00}:{size:mm\\:ss\\.fff}");
    }

    // Hours or seconds; text in quotes and what is in brackets is not shown as a time.
    private static bool ShowsTime(string? format) =>
        format is not null && Literals().Replace(format, "").AsSpan().IndexOfAny("hHsS") >= 0;

    [GeneratedRegex("\"[^\"]*\"|\\[[^\\]]*\\]|\\\\.")]
    private static partial Regex Literals();
}
