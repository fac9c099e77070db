namespace Greenery.Staging.Types;

/// <summary>Dates and times from bytes, as PostgreSQL counts them: from 2000-01-01.</summary>
internal static class CalendarText
{
    /// <summary>Days from 0001-01-01 to 2000-01-01.</summary>
    private const int Epoch = 730_119;

    /// <summary><c>yyyy-MM-dd</c>, years 0001 to 9999. Range: a date that does not exist.</summary>
    public static RowRule ParseDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-'
            || !TwoDigits(text, 0, out var century) || !TwoDigits(text, 2, out var year)
            || !TwoDigits(text, 5, out var month) || !TwoDigits(text, 8, out var day))
        {
            return RowRule.Type;
        }
        year += century * 100;
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return RowRule.Range;
        }
        days = DaysBefore(year, month) + day - 1 - Epoch;
        return RowRule.None;
    }

    /// <summary>Two digits at <paramref name="at"/>; false when they are none.</summary>
    public static bool TwoDigits(ReadOnlySpan<byte> text, int at, out int value)
    {
        var tens = (uint)(text[at] - '0');
        var ones = (uint)(text[at + 1] - '0');
        value = (int)((tens * 10) + ones);
        return tens <= 9 && ones <= 9;
    }

    private static int DaysBefore(int year, int month)
    {
        var past = year - 1;
        var isLeap = DateTime.IsLeapYear(year);
        ReadOnlySpan<short> before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        return (past * 365) + (past / 4) - (past / 100) + (past / 400)
            + before[month - 1] + (isLeap && month > 2 ? 1 : 0);
    }
}
