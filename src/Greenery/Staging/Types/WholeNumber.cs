namespace Greenery.Staging.Types;

/// <summary>Reads whole numbers from bytes.</summary>
internal static class WholeNumber
{
    // Of 2^63.
    private const int MostDigits = 19;

    /// <summary>
    /// Digits with an optional sign, spaces around them allowed; or a decimal number that is whole (<c>121.0</c>,
    /// <c>1e3</c>). Type: no number; Range: not whole, or over 64 bits.
    /// </summary>
    public static RowRule Parse(ReadOnlySpan<byte> text, byte point, out long value)
    {
        var rule = ParsePlain(text, out value);
        return rule == RowRule.Type ? ParseDecimal(text, point, out value) : rule;
    }

    private static RowRule ParsePlain(ReadOnlySpan<byte> text, out long value)
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

    private static RowRule ParseDecimal(ReadOnlySpan<byte> text, byte point, out long value)
    {
        value = 0;
        var rule = NumericText.Parse(text, point, out var number);
        if (rule != RowRule.None || number.Scale > 0 || number.Point > MostDigits)
        {
            return rule == RowRule.None ? RowRule.Range : rule;
        }
        Span<byte> digits = stackalloc byte[MostDigits + 1];
        digits[0] = number.IsNegative ? (byte)'-' : (byte)'+';
        for (var i = 0; i < number.Point; i++)
        {
            digits[i + 1] = (byte)('0' + number.Digit(i));
        }
        return number.Point == 0 ? RowRule.None : ParsePlain(digits[..(number.Point + 1)], out value);
    }

    private static RowRule ParseDigits(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return RowRule.Type;
        }
        digits = digits.TrimStart((byte)'0');
        if (digits.Length > MostDigits)
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
