using Greenery.Staging.Types;

namespace Greenery.Staging.Inference;

/// <summary>How the numbers of a file may be written.</summary>
internal static class NumberForms
{
    /// <summary>A decimal comma.</summary>
    public static ValueFormat Comma { get; } = ValueFormat.Default with { Decimal = (byte)',' };

    /// <summary>Those with groups of three digits: 1.234,56, 1,234.56, 1 234,56, 1 234.56, 1'234.56.</summary>
    public static IReadOnlyList<ValueFormat> Grouped { get; } =
    [
        Comma with { Thousands = [(byte)'.'] },
        ValueFormat.Default with { Thousands = [(byte)','] },
        Comma with { Thousands = [(byte)' '] },
        ValueFormat.Default with { Thousands = [(byte)' '] },
        ValueFormat.Default with { Thousands = [(byte)'\''] },
    ];

    /// <summary>All, the plainest first.</summary>
    public static IReadOnlyList<ValueFormat> All { get; } = [ValueFormat.Default, Comma, .. Grouped];

    /// <summary>
    /// Whether a value is written so, where its groups say what they are: 0.234 has none, and digits with a space or
    /// an apostrophe between them are a number only with decimals. Without them they are a telephone's as well.
    /// </summary>
    public static bool AreGroups(ReadOnlySpan<byte> text, ValueFormat format, bool isWhole)
    {
        var hasGroups = text.IndexOf(format.Thousands) >= 0
            || (format.AlsoThousands.Length > 0 && text.ContainsAnyInRange((byte)0x80, (byte)0xFF));
        var hasDecimals = text.Contains(format.Decimal);
        if (text.ContainsAny("eE"u8) || (isWhole && hasDecimals))
        {
            return false;
        }
        return !hasGroups || (text.TrimStart("+-"u8) is [not (byte)'0', ..]
            && (hasDecimals || format.Thousands is [(byte)'.'] or [(byte)',']));
    }
}
