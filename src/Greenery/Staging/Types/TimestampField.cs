namespace Greenery.Staging.Types;

/// <summary>
/// <c>timestamptz</c>: ISO 8601, <c>yyyy-MM-dd[(T| )HH:mm[:ss[.fraction]][Z|+hh[[:]mm]]]</c>. Without a zone it is
/// UTC, without a time midnight. PostgreSQL keeps microseconds: nine digits of a second are
/// rounded to six.
/// </summary>
internal sealed class TimestampField(ValueFormat format) : FieldType
{
    private const long Second = 1_000_000;
    // Nanoseconds are what systems write; more digits are no time.
    private const int MostRounded = 3;

    private const long Day = 86_400 * Second;

    public override string Expected =>
        $"timestamptz as {format.Dates?.Text ?? "yyyy-MM-dd"}THH:mm:ss[.fffffffff][Z, UTC, GMT or +hh:mm] that exists";

    public override long Rounded => _rounded;

    private long _rounded;

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
    private RowRule Parse(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        var rule = CalendarText.ParseDate(text, format.Dates, out var days, out var length);
        if (rule != RowRule.None)
        {
            return rule;
        }
        rule = text.Length == length ? RowRule.None : ParseTime(text[length..], out microseconds);
        microseconds += days * Day;
        return rule;
    }

    // " HH:mm" and what follows.
    private RowRule ParseTime(ReadOnlySpan<byte> text, out long microseconds)
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

    private RowRule ParseFraction(ref ReadOnlySpan<byte> text, out long microseconds)
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
        return digits.Length > 6 && digits[6..].ContainsAnyExcept((byte)'0')
            ? Round(digits[6..], ref microseconds)
            : RowRule.None;
    }

    private RowRule Round(ReadOnlySpan<byte> digits, ref long microseconds)
    {
        if (digits.TrimEnd((byte)'0').Length > MostRounded)
        {
            return RowRule.Range;
        }
        microseconds += digits[0] >= '5' ? 1 : 0;
        _rounded++;
        return RowRule.None;
    }
}
