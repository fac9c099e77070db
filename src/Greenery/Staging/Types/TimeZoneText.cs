using System.Text;

namespace Greenery.Staging.Types;

/// <summary>The zone at the end of a timestamp.</summary>
internal static class TimeZoneText
{
    // PostgreSQL's own limit for an offset is just under 16 hours.
    private const int LargestHours = 15;

    /// <summary>
    /// Nothing, <c>Z</c>, <c>UTC</c> or <c>GMT</c> is UTC; other names are ambiguous.
    /// Offsets are <c>+hh</c>, <c>+hhmm</c>, <c>+hh:mm</c> and the same with a minus.
    /// </summary>
    public static RowRule Parse(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        text = text.TrimStart((byte)' ');
        if (text.IsEmpty || (text.Length == 1 && (text[0] | 0x20) == 'z'))
        {
            return RowRule.None;
        }
        if (Ascii.EqualsIgnoreCase(text, "utc"u8) || Ascii.EqualsIgnoreCase(text, "gmt"u8))
        {
            return RowRule.None;
        }
        var sign = text[0] switch { (byte)'+' => 1, (byte)'-' => -1, _ => 0 };
        var minuteAt = text.Length switch { 3 => 0, 5 => 3, 6 when text[3] == ':' => 4, _ => -1 };
        var minute = 0;
        if (sign == 0 || minuteAt < 0 || !CalendarText.TwoDigits(text, 1, out var hour)
            || (minuteAt > 0 && !CalendarText.TwoDigits(text, minuteAt, out minute)))
        {
            return RowRule.Type;
        }
        minutes = sign * ((hour * 60) + minute);
        return hour > LargestHours || minute > 59 ? RowRule.Range : RowRule.None;
    }
}
