namespace Greenery.Staging.Types;

/// <summary>
/// <c>timestamptz</c>: ISO 8601, <c>yyyy-MM-dd[(T| )HH:mm[:ss[.fraction]][Z|+hh[[:]mm]]]</c>. Without a zone it is
/// UTC, without a time midnight. <c>timestamp</c>: the same without a zone; PostgreSQL would drop one in silence.
/// </summary>
internal sealed class TimestampField(ValueFormat format, bool hasZone) : FieldType
{
    private const long Day = 86_400 * TimeOfDayText.Second;

    public override string Expected => hasZone
        ? $"timestamptz as {Form}[Z, UTC, GMT or +hh:mm] that exists"
        : $"timestamp as {Form} that exists, without a time zone (timestamptz has one)";

    public override long Rounded => _rounded;

    private string Form => $"{format.Dates?.Text ?? "yyyy-MM-dd"}THH:mm:ss[.fffffffff]";

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

    /// <summary>Microseconds since 2000-01-01 00:00.</summary>
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
        if ((text[0] | 0x20) is not ('t' or ' '))
        {
            return RowRule.Type;
        }
        var rest = text[1..];
        var rule = TimeOfDayText.Parse(ref rest, out microseconds, out var isRounded);
        if (rule != RowRule.None)
        {
            return rule;
        }
        _rounded += isRounded ? 1 : 0;
        if (!hasZone)
        {
            return rest.IsEmpty ? RowRule.None : RowRule.Type;
        }
        rule = TimeZoneText.Parse(rest, out var offsetMinutes);
        microseconds -= offsetMinutes * 60 * TimeOfDayText.Second;
        return rule;
    }
}
