using Greenery.Sources;

namespace Greenery.Staging.Types;

/// <summary>Dates and times from bytes, as PostgreSQL counts them: from 2000-01-01.</summary>
internal static class CalendarText
{
    /// <summary>Days from 0001-01-01 to 2000-01-01.</summary>
    private const int Epoch = 730_119;

    private const int IsoLength = 10;

    /// <summary><c>yyyy-MM-dd</c>, years 0001 to 9999. Range: a date that does not exist.</summary>
    public static RowRule ParseDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (text.Length != IsoLength || text[4] != '-' || text[7] != '-'
            || !TwoDigits(text, 0, out var century) || !TwoDigits(text, 2, out var year)
            || !TwoDigits(text, 5, out var month) || !TwoDigits(text, 8, out var day))
        {
            return RowRule.Type;
        }
        return Count((century * 100) + year, month, day, out days);
    }

    /// <summary>A date in the form of the contract at the start of <paramref name="text"/>; null: ISO.</summary>
    /// <param name="text">The date, and perhaps more.</param>
    /// <param name="layout">The form; null for <c>yyyy-MM-dd</c>.</param>
    /// <param name="days">Since 2000-01-01.</param>
    /// <param name="length">Bytes of the date.</param>
    public static RowRule ParseDate(ReadOnlySpan<byte> text, DateLayout? layout, out int days, out int length)
    {
        days = 0;
        length = IsoLength;
        if (layout is not null)
        {
            return ParseLayout(text, layout, out days, out length);
        }
        return text.Length < IsoLength ? RowRule.Type : ParseDate(text[..IsoLength], out days);
    }

    private static RowRule ParseLayout(ReadOnlySpan<byte> text, DateLayout layout, out int days, out int length)
    {
        (days, length) = (0, 0);
        var (year, month, day) = (0, 0, 0);
        foreach (var part in layout.Parts)
        {
            if (!TryTake(text, part, ref length, out var value))
            {
                return RowRule.Type;
            }
            switch (part.Kind)
            {
                case 'y':
                    year = value;
                    break;
                case 'M':
                    month = value;
                    break;
                case 'd':
                    day = value;
                    break;
            }
        }
        return Count(year, month, day, out days);
    }

    private static bool TryTake(ReadOnlySpan<byte> text, DatePart part, ref int at, out int value)
    {
        value = 0;
        if (part.Kind is not ('y' or 'M' or 'd'))
        {
            return at < text.Length && text[at++] == part.Kind;
        }
        var most = part.Length == 1 ? 2 : part.Length;
        var count = 0;
        for (; count < most && at < text.Length && char.IsAsciiDigit((char)text[at]); count++)
        {
            value = (value * 10) + text[at++] - '0';
        }
        return count >= part.Length;
    }

    private static RowRule Count(int year, int month, int day, out int days)
    {
        days = 0;
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
