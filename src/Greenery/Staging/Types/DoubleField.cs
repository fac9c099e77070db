using System.Buffers.Binary;
using System.Globalization;

namespace Greenery.Staging.Types;

/// <summary>
/// <c>double precision</c>: a decimal number, rounded to the nearest that the type has. NaN and infinity are no
/// measurements: they would make every sum over them one.
/// </summary>
internal sealed class DoubleField(ValueFormat format) : FieldType
{
    // Longer texts have digits that no double keeps, and are rare; they are copied to another place.
    private const int Usual = 64;

    public override string Expected => "double precision: a finite decimal number such as 12.5 or 1.25e1";

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        var rule = NumericText.Parse(text, format.Decimal, out var number);
        if (rule != RowRule.None)
        {
            return rule;
        }
        text = text.Trim((byte)' ');
        var plain = text.Length <= Usual ? stackalloc byte[Usual] : new byte[text.Length];
        text.Replace(plain, format.Decimal, (byte)'.');
        var isRead = double.TryParse(
            plain[..text.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        // As PostgreSQL: what is too large or too small for the type is no value of it.
        if (!isRead || double.IsInfinity(value) || (value == 0 && number.Digits > 0))
        {
            return RowRule.Range;
        }
        var target = page.Reserve(12);
        BinaryPrimitives.WriteInt32BigEndian(target, 8);
        BinaryPrimitives.WriteDoubleBigEndian(target[4..], value);
        page.Advance(12);
        return RowRule.None;
    }
}
