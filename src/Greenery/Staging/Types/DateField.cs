using System.Buffers.Binary;

namespace Greenery.Staging.Types;

/// <summary><c>date</c>: yyyy-MM-dd.</summary>
internal sealed class DateField : FieldType
{
    public override string Expected => "date as yyyy-MM-dd that exists";

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        var rule = CalendarText.ParseDate(text.Trim((byte)' '), out var days);
        if (rule != RowRule.None)
        {
            return rule;
        }
        var target = page.Reserve(8);
        BinaryPrimitives.WriteInt32BigEndian(target, 4);
        BinaryPrimitives.WriteInt32BigEndian(target[4..], days);
        page.Advance(8);
        return RowRule.None;
    }
}
