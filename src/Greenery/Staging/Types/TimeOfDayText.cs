namespace Greenery.Staging.Types;

/// <summary>
/// Times of day from bytes. PostgreSQL keeps microseconds: nine digits of a second are rounded to six.
/// </summary>
internal static class TimeOfDayText
{
    /// <summary>Microseconds of a second.</summary>
    public const long Second = 1_000_000;

    // Nanoseconds are what systems write; more digits are no time.
    private const int MostRounded = 3;

    /// <summary>
    /// Takes <c>HH:mm[:ss[.fffffffff]]</c> from the start of the text. Range: a time that no day has.
    /// </summary>
    /// <param name="text">Begins after the time then.</param>
    /// <param name="microseconds">Since midnight.</param>
    /// <param name="isRounded">Whether digits were dropped.</param>
    public static RowRule Parse(ref ReadOnlySpan<byte> text, out long microseconds, out bool isRounded)
    {
        microseconds = 0;
        isRounded = false;
        if (text.Length < 5 || text[2] != ':'
            || !CalendarText.TwoDigits(text, 0, out var hour) || !CalendarText.TwoDigits(text, 3, out var minute))
        {
            return RowRule.Type;
        }
        text = text[5..];
        var second = 0;
        long fraction = 0;
        if (text.Length >= 3 && text[0] == ':')
        {
            if (!CalendarText.TwoDigits(text, 1, out second))
            {
                return RowRule.Type;
            }
            text = text[3..];
            var rule = ParseFraction(ref text, out fraction, out isRounded);
            if (rule != RowRule.None)
            {
                return rule;
            }
        }
        microseconds = ((((hour * 60L) + minute) * 60) + second) * Second + fraction;
        return hour > 23 || minute > 59 || second > 59 ? RowRule.Range : RowRule.None;
    }

    private static RowRule ParseFraction(ref ReadOnlySpan<byte> text, out long microseconds, out bool isRounded)
    {
        microseconds = 0;
        isRounded = false;
        if (text.IsEmpty || text[0] != '.')
        {
            return RowRule.None;
        }
        var length = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = length < 0 ? text[1..] : text.Slice(1, length);
        text = text[(1 + digits.Length)..];
        for (var i = 0; i < 6; i++)
        {
            microseconds = (microseconds * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        }
        if (digits.IsEmpty)
        {
            return RowRule.Type;
        }
        isRounded = digits.Length > 6 && digits[6..].ContainsAnyExcept((byte)'0');
        return isRounded ? Round(digits[6..], ref microseconds) : RowRule.None;
    }

    private static RowRule Round(ReadOnlySpan<byte> digits, ref long microseconds)
    {
        if (digits.TrimEnd((byte)'0').Length > MostRounded)
        {
            return RowRule.Range;
        }
        microseconds += digits[0] >= '5' ? 1 : 0;
        return RowRule.None;
    }
}
