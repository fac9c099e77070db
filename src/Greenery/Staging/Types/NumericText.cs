using System.Globalization;

namespace Greenery.Staging.Types;

/// <summary>
/// A decimal number as it is written: sign, digits, where the point is. The value is 0.DIGITS * 10^Point.
/// </summary>
internal readonly ref struct NumericText
{
    private readonly ReadOnlySpan<byte> _whole;
    private readonly ReadOnlySpan<byte> _fraction;
    private readonly int _first;

    private NumericText(bool isNegative, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int exponent)
    {
        _whole = whole;
        _fraction = fraction;
        IsNegative = isNegative;
        WrittenScale = Math.Max(0, fraction.Length - exponent);
        var last = whole.Length + fraction.Length;
        while (last > 0 && At(last - 1) == '0')
        {
            last--;
        }
        while (_first < last && At(_first) == '0')
        {
            _first++;
        }
        Digits = last - _first;
        Point = Digits == 0 ? 0 : whole.Length + exponent - _first;
    }

    public bool IsNegative { get; }

    /// <summary>Significant digits: without zeros in front and after.</summary>
    public int Digits { get; }

    /// <summary>Digits before the decimal point; negative for zeros right after it.</summary>
    public int Point { get; }

    /// <summary>Digits after the point as written, zeros included.</summary>
    public int WrittenScale { get; }

    /// <summary>Digits after the point without zeros at the end.</summary>
    public int Scale => Math.Max(0, Digits - Point);

    /// <summary>The value of significant digit <paramref name="index"/>; 0 outside.</summary>
    public int Digit(int index) => index >= 0 && index < Digits ? At(_first + index) - '0' : 0;

    /// <summary>
    /// <c>[+-]digits[.digits][e[+-]digits]</c>, spaces around allowed. Range: an exponent no column can hold.
    /// </summary>
    public static RowRule Parse(ReadOnlySpan<byte> text, out NumericText number)
    {
        number = default;
        text = text.Trim((byte)' ');
        var isNegative = !text.IsEmpty && text[0] == '-';
        if (isNegative || (!text.IsEmpty && text[0] == '+'))
        {
            text = text[1..];
        }
        var whole = TakeDigits(ref text);
        ReadOnlySpan<byte> fraction = default;
        if (!text.IsEmpty && text[0] == '.')
        {
            text = text[1..];
            fraction = TakeDigits(ref text);
        }
        if (whole.IsEmpty && fraction.IsEmpty)
        {
            return RowRule.Type;
        }
        var rule = ParseExponent(text, out var exponent);
        number = rule == RowRule.None ? new NumericText(isNegative, whole, fraction, exponent) : default;
        return rule;
    }

    private byte At(int index) => index < _whole.Length ? _whole[index] : _fraction[index - _whole.Length];

    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> text)
    {
        var length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = length < 0 ? text : text[..length];
        text = text[digits.Length..];
        return digits;
    }

    private static RowRule ParseExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if (text.IsEmpty)
        {
            return RowRule.None;
        }
        var digits = text[1..];
        if ((text[0] | 0x20) != 'e' || digits.IsEmpty
            || (digits[0] is not ((byte)'+' or (byte)'-') && !char.IsAsciiDigit((char)digits[0])))
        {
            return RowRule.Type;
        }
        var unsigned = digits[0] is (byte)'+' or (byte)'-' ? digits[1..] : digits;
        if (unsigned.IsEmpty || unsigned.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return RowRule.Type;
        }
        return digits.Length <= 7
            && int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
            ? RowRule.None
            : RowRule.Range;
    }
}
