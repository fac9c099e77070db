using System.Text.Unicode;

namespace Greenery.Staging;

/// <summary>Says what is wrong with bytes that are no text in UTF-8, and what they may be.</summary>
internal static class EncodingText
{
    /// <summary>What the bytes are, as in "found 'x', which is ...".</summary>
    public static string Describe(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes)
        // JSON may write it as an escape, and its bytes are ASCII.
        ? "half of a surrogate pair (\\ud800 to \\udfff) and no character"
        : "not valid UTF-8";

    /// <summary>What they should be, as in "found 'x', expected ...", and what to do.</summary>
    public static string Expected(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? "both halves"
        : LooksLikeWindows1252(bytes) ? "text in UTF-8; it looks like Windows-1252: export the file as UTF-8"
        : "text in UTF-8";

    // Text of that encoding has single bytes above ASCII. Those that it does not define show another one.
    private static bool LooksLikeWindows1252(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOfAny<byte>([0x81, 0x8D, 0x8F, 0x90, 0x9D]) < 0 && !bytes.ContainsAnyInRange((byte)0, (byte)8);
}
