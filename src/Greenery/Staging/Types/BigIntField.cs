namespace Greenery.Staging.Types;

/// <summary><c>bigint</c>: 64 bits.</summary>
internal sealed class BigIntField(ValueFormat format) : FieldType
{
    public override string Expected => "bigint (-9223372036854775808 to 9223372036854775807)";

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        var rule = WholeNumber.Parse(text, format.Decimal, out var value);
        if (rule == RowRule.None)
        {
            page.WriteInt64Field(value);
        }
        return rule;
    }
}
