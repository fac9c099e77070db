using System.Buffers.Binary;

namespace Greenery.Staging.Types;

/// <summary><c>integer</c>: 32 bits.</summary>
internal sealed class IntegerField(ValueFormat format) : FieldType
{
    public override string Expected => "integer (-2147483648 to 2147483647)";

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        var rule = WholeNumber.Parse(text, format.Decimal, out var value);
        if (rule != RowRule.None)
        {
            return rule;
        }
        if (value is < int.MinValue or > int.MaxValue)
        {
            return RowRule.Range;
        }
        var target = page.Reserve(8);
        BinaryPrimitives.WriteInt32BigEndian(target, 4);
        BinaryPrimitives.WriteInt32BigEndian(target[4..], (int)value);
        page.Advance(8);
        return RowRule.None;
    }
}
