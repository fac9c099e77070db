namespace Greenery.Staging.Parsing;

/// <summary>The mark some systems write where a file, or a part of one, begins.</summary>
internal static class ByteOrderMark
{
    /// <summary>Its first byte in UTF-8; hardly any other text begins with it.</summary>
    public const byte First = 0xEF;

    public static ReadOnlySpan<byte> Utf8 => [First, 0xBB, 0xBF];
}
