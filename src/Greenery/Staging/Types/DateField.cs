using System.Buffers.Binary;

namespace Greenery.Staging.Types;

/// <summary><c>date</c>: yyyy-MM-dd, or in the form of the contract.</summary>
internal sealed class DateField(ValueFormat format) : FieldType
{
    public override string Expected => $"date as {format.Dates?.Text ?? "yyyy-MM-dd"} that exists";

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        text = text.Trim((byte)' ');
        var rule = CalendarText.ParseDate(text, format.Dates, out var days, out var length);
        if (rule != RowRule.None || length != text.Length)
        {
            return rule == RowRule.None ? RowRule.Type : rule;
        }
        var target = page.Reserve(8);
        BinaryPrimitives.WriteInt32BigEndian(target, 4);
        BinaryPrimitives.WriteInt32BigEndian(target[4..], days);
        page.Advance(8);
        return RowRule.None;
    }
}
