namespace Greenery.Staging.Parsing;

/// <summary>Words that other systems write where there is no value.</summary>
internal static class NullWords
{
    public const int Longest = 4;

    /// <summary>Whether a text is such a word. It stays text until the contract says otherwise.</summary>
    public static bool Contains(ReadOnlySpan<byte> text) =>
        text.Length <= Longest
        && text[0] is (byte)'N' or (byte)'n' or (byte)'\\' or (byte)'#'
        && (text.SequenceEqual("NULL"u8) || text.SequenceEqual("null"u8) || text.SequenceEqual("\\N"u8)
            || text.SequenceEqual("NA"u8) || text.SequenceEqual("N/A"u8) || text.SequenceEqual("#N/A"u8)
            || text.SequenceEqual("NaN"u8) || text.SequenceEqual("nan"u8) || text.SequenceEqual("None"u8));
}
