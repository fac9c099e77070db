using System.Runtime.Intrinsics;

namespace Greenery.Staging.Types;

/// <summary>32 hexadecimal digits to 16 bytes, 16 digits at a time.</summary>
internal static class HexDigits
{
    // Where the digits of 8-4-4-4-12 lie: 0-7, 9-12, 14-17, 19-22, 24-35. Each half comes from two overlapping loads;
    // an index over 15 makes a zero, so that the two shuffles can be or-ed.
    private static readonly Vector128<byte> FirstFrom0 =
        Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 255, 255);

    private static readonly Vector128<byte> FirstFrom2 =
        Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 14, 15);

    private static readonly Vector128<byte> SecondFrom19 =
        Vector128.Create((byte)0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255);

    private static readonly Vector128<byte> SecondFrom20 =
        Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 15);

    /// <summary>36 bytes, dashes at 8, 13, 18 and 23.</summary>
    public static bool TryParseDashed(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        {
            return false;
        }
        var first = Vector128.Shuffle(Load(text, 0), FirstFrom0) | Vector128.Shuffle(Load(text, 2), FirstFrom2);
        var second = Vector128.Shuffle(Load(text, 19), SecondFrom19) | Vector128.Shuffle(Load(text, 20), SecondFrom20);
        return TryCombine(first, second, target);
    }

    /// <summary>32 bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> target) =>
        TryCombine(Load(text, 0), Load(text, 16), target);

    private static Vector128<byte> Load(ReadOnlySpan<byte> text, int at) => Vector128.Create(text.Slice(at, 16));

    private static bool TryCombine(Vector128<byte> first, Vector128<byte> second, Span<byte> target)
    {
        var bad = NotHex(first) | NotHex(second);
        Vector128.Narrow(Pairs(first), Pairs(second)).CopyTo(target);
        return bad == Vector128<byte>.Zero;
    }

    private static Vector128<byte> NotHex(Vector128<byte> digits)
    {
        var isNumber = Vector128.LessThan(digits - Vector128.Create((byte)'0'), Vector128.Create((byte)10));
        var lower = digits | Vector128.Create((byte)0x20);
        var isLetter = Vector128.LessThan(lower - Vector128.Create((byte)'a'), Vector128.Create((byte)6));
        return ~(isNumber | isLetter);
    }

    // A digit's value is its low four bits, plus 9 for a letter (bit 6 set). Of each pair the first is the high half.
    private static Vector128<ushort> Pairs(Vector128<byte> digits)
    {
        var isLetter = (digits >> 6) & Vector128.Create((byte)1);
        var values = (digits & Vector128.Create((byte)0x0F)) + (isLetter << 3) + isLetter;
        var pairs = values.AsUInt16();
        return ((pairs << 4) | (pairs >> 8)) & Vector128.Create((ushort)0xFF);
    }
}
