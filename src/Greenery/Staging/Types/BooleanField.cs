using System.Buffers.Binary;
using System.Text;

namespace Greenery.Staging.Types;

/// <summary><c>boolean</c>: true, t, yes, y, on, 1, false, f, no, n, off, 0, in any case.</summary>
internal sealed class BooleanField : FieldType
{
    public override string Expected => "boolean (true/false, t/f, yes/no, y/n, on/off, 1/0)";

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        text = text.Trim((byte)' ');
        var isTrue = IsAny(text, "true"u8, "t"u8, "yes"u8, "y"u8, "on"u8, "1"u8);
        if (!isTrue && !IsAny(text, "false"u8, "f"u8, "no"u8, "n"u8, "off"u8, "0"u8))
        {
            return RowRule.Type;
        }
        var target = page.Reserve(5);
        BinaryPrimitives.WriteInt32BigEndian(target, 1);
        target[4] = isTrue ? (byte)1 : (byte)0;
        page.Advance(5);
        return RowRule.None;
    }

    private static bool IsAny(
        ReadOnlySpan<byte> text,
        ReadOnlySpan<byte> a,
        ReadOnlySpan<byte> b,
        ReadOnlySpan<byte> c,
        ReadOnlySpan<byte> d,
        ReadOnlySpan<byte> e,
        ReadOnlySpan<byte> f) =>
        Ascii.EqualsIgnoreCase(text, a) || Ascii.EqualsIgnoreCase(text, b)
        || Ascii.EqualsIgnoreCase(text, c) || Ascii.EqualsIgnoreCase(text, d)
        || Ascii.EqualsIgnoreCase(text, e) || Ascii.EqualsIgnoreCase(text, f);
}
