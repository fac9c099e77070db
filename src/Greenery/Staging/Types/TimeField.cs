namespace Greenery.Staging.Types;

/// <summary><c>time</c>: <c>HH:mm[:ss[.fraction]]</c>, from 00:00 up to 23:59:59.999999.</summary>
internal sealed class TimeField : FieldType
{
    public override string Expected => "time as HH:mm:ss[.fffffffff] that a day has, without a time zone";

    public override long Rounded => _rounded;

    private long _rounded;

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        text = text.Trim((byte)' ');
        var rule = TimeOfDayText.Parse(ref text, out var microseconds, out var isRounded);
        if (rule != RowRule.None || !text.IsEmpty)
        {
            return rule == RowRule.None ? RowRule.Type : rule;
        }
        _rounded += isRounded ? 1 : 0;
        page.WriteInt64Field(microseconds);
        return RowRule.None;
    }
}
