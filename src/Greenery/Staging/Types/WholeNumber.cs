namespace Greenery.Staging.Types;

/// <summary>Reads whole numbers from bytes.</summary>
internal static class WholeNumber
{
    /// <summary>
    /// Digits with an optional sign, spaces around them allowed. Type: no number; Range: over 64 bits.
    /// </summary>
    public static RowRule Parse(ReadOnlySpan<byte> text, out long value)
    {
        text = text.Trim((byte)' ');
        var isNegative = !text.IsEmpty && text[0] == '-';
        if (isNegative || (!text.IsEmpty && text[0] == '+'))
        {
            text = text[1..];
        }
        var rule = ParseDigits(text, out var magnitude);
        value = isNegative ? (long)(0 - magnitude) : (long)magnitude;
        // 2^63 itself has a negative counterpart only.
        var isTooLarge = magnitude > (ulong)long.MaxValue + (isNegative ? 1UL : 0UL);
        return rule == RowRule.None && isTooLarge ? RowRule.Range : rule;
    }

    private static RowRule ParseDigits(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return RowRule.Type;
        }
        digits = digits.TrimStart((byte)'0');
        if (digits.Length > 19)
        {
            return RowRule.Range;
        }
        foreach (var digit in digits)
        {
            value = (value * 10) + (uint)(digit - '0');
        }
        return RowRule.None;
    }
}
