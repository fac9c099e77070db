using System.Buffers.Binary;

namespace Greenery.Staging.Types;

/// <summary>
/// <c>uuid</c>: 32 hexadecimal digits in any case, with dashes (8-4-4-4-12) or without, in braces or not.
/// </summary>
internal sealed class UuidField : FieldType
{
    private const int Dashed = 36;
    private const int Plain = 32;

    public override string Expected => "uuid";

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        var target = page.Reserve(20);
        BinaryPrimitives.WriteInt32BigEndian(target, 16);
        if (!TryParse(text, target.Slice(4, 16)))
        {
            return RowRule.Type;
        }
        page.Advance(20);
        return RowRule.None;
    }

    private static bool TryParse(ReadOnlySpan<byte> text, Span<byte> target) =>
        text.Length == Dashed ? HexDigits.TryParseDashed(text, target) : TryParseOther(text, target);

    private static bool TryParseOther(ReadOnlySpan<byte> text, Span<byte> target)
    {
        text = text.Trim((byte)' ');
        if (text.Length > 2 && text[0] == '{' && text[^1] == '}')
        {
            text = text[1..^1];
        }
        return text.Length switch
        {
            Dashed => HexDigits.TryParseDashed(text, target),
            Plain => HexDigits.TryParse(text, target),
            _ => false,
        };
    }
}
