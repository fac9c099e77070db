namespace Greenery.Staging.Types;

/// <summary>
/// <c>timestamptz</c>: ISO 8601, <c>yyyy-MM-dd[(T| )HH:mm[:ss[.fraction]][Z|+hh[[:]mm]]]</c>. Without a zone it is
/// UTC, without a time midnight. PostgreSQL keeps microseconds: further digits must be zeros.
/// </summary>
internal sealed class TimestampField : FieldType
{
    private const long Second = 1_000_000;
    private const long Day = 86_400 * Second;

    public override string Expected => "timestamptz as yyyy-MM-ddTHH:mm:ss[.ffffff][Z or +hh:mm] that exists";

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        var rule = Parse(text.Trim((byte)' '), out var microseconds);
        if (rule == RowRule.None)
        {
            page.WriteInt64Field(microseconds);
        }
        return rule;
    }

    /// <summary>Microseconds since 2000-01-01 00:00 UTC.</summary>
    internal static RowRule Parse(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length < 10)
        {
            return RowRule.Type;
        }
        var rule = CalendarText.ParseDate(text[..10], out var days);
        if (rule != RowRule.None)
        {
            return rule;
        }
        rule = text.Length == 10 ? RowRule.None : ParseTime(text[10..], out microseconds);
        microseconds += days * Day;
        return rule;
    }

    // " HH:mm" and what follows.
    private static RowRule ParseTime(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length < 6 || (text[0] | 0x20) is not ('t' or ' ') || text[3] != ':'
            || !CalendarText.TwoDigits(text, 1, out var hour) || !CalendarText.TwoDigits(text, 4, out var minute))
        {
            return RowRule.Type;
        }
        var rest = text[6..];
        var second = 0;
        long fraction = 0;
        if (rest.Length >= 3 && rest[0] == ':')
        {
            if (!CalendarText.TwoDigits(rest, 1, out second))
            {
                return RowRule.Type;
            }
            rest = rest[3..];
            var rule = ParseFraction(ref rest, out fraction);
            if (rule != RowRule.None)
            {
                return rule;
            }
        }
        var zone = TimeZoneText.Parse(rest, out var offsetMinutes);
        microseconds = ((((hour * 60L) + minute - offsetMinutes) * 60) + second) * Second + fraction;
        return zone == RowRule.None && (hour > 23 || minute > 59 || second > 59) ? RowRule.Range : zone;
    }

    private static RowRule ParseFraction(ref ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
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
        return digits.Length > 6 && digits[6..].ContainsAnyExcept((byte)'0') ? RowRule.Range : RowRule.None;
    }
}
