using System.Buffers.Binary;
using Greenery.Sources;

namespace Greenery.Staging.Types;

/// <summary>
/// <c>numeric</c> and <c>numeric(p,s)</c>. A number with more decimals than the column holds is out of range unless
/// they are zeros: PostgreSQL would round it, and a rounded amount is a changed amount.
/// </summary>
internal sealed class NumericField(ColumnType type) : FieldType
{
    // PostgreSQL's limits: digits before and after the point, and groups of four digits in the binary form.
    private const int MostBeforePoint = 131_072;
    private const int MostBehindPoint = 16_383;
    private const int MostDigits = 11_000;

    private const ushort Negative = 0x4000;

    public override string Expected => type.Precision == 0
        ? "numeric"
        : $"{type.Sql}: at most {type.Precision - type.Scale} digits before and {type.Scale} behind the point";

    public override bool IsVariable => type.Precision == 0;

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        var rule = NumericText.Parse(text, out var number);
        if (rule != RowRule.None)
        {
            return rule;
        }
        if (!Fits(number))
        {
            return RowRule.Range;
        }
        WriteBinary(number, page);
        return RowRule.None;
    }

    /// <summary>Whether PostgreSQL can hold the number at all, as it must inside jsonb.</summary>
    public static bool IsStorable(NumericText number) =>
        number.Point <= MostBeforePoint && number.WrittenScale <= MostBehindPoint;

    private bool Fits(NumericText number) => type.Precision == 0
        ? number.Point <= MostBeforePoint && number.Scale <= MostBehindPoint && number.Digits <= MostDigits
        : number.Point <= type.Precision - type.Scale && number.Scale <= type.Scale;

    // Groups of four digits, counted from the decimal point; weight is the first group's power of 10000.
    private static void WriteBinary(NumericText number, CopyBuffer page)
    {
        var weight = number.Digits == 0 ? 0 : (int)Math.Floor((number.Point - 1) / 4.0);
        var padding = number.Digits == 0 ? 0 : ((weight + 1) * 4) - number.Point;
        var groups = (number.Digits + padding + 3) / 4;
        var target = page.Reserve(12 + (groups * 2));
        BinaryPrimitives.WriteInt32BigEndian(target, 8 + (groups * 2));
        BinaryPrimitives.WriteInt16BigEndian(target[4..], (short)groups);
        BinaryPrimitives.WriteInt16BigEndian(target[6..], (short)weight);
        var sign = number.IsNegative && number.Digits > 0 ? Negative : (ushort)0;
        BinaryPrimitives.WriteUInt16BigEndian(target[8..], sign);
        BinaryPrimitives.WriteInt16BigEndian(target[10..], (short)Math.Min(number.WrittenScale, MostBehindPoint));
        for (var i = 0; i < groups; i++)
        {
            var at = (i * 4) - padding;
            var group = (number.Digit(at) * 1000) + (number.Digit(at + 1) * 100)
                + (number.Digit(at + 2) * 10) + number.Digit(at + 3);
            BinaryPrimitives.WriteInt16BigEndian(target[(12 + (i * 2))..], (short)group);
        }
        page.Advance(12 + (groups * 2));
    }
}
