using System.Globalization;
using System.Text;
using Greenery.Sources;

namespace Greenery.Staging.Types;

/// <summary>How numbers and dates are written in a file.</summary>
internal sealed record ValueFormat
{
    /// <summary>As in JSON: a decimal point, no groups of digits, ISO dates.</summary>
    public static ValueFormat Default { get; } = new();

    public byte Decimal { get; init; } = (byte)'.';

    /// <summary>What separates groups of three digits, in UTF-8; empty when there are no groups.</summary>
    public byte[] Thousands { get; init; } = [];

    // Without a break, narrow, thin: what programs write for the space of a keyboard.
    private static readonly byte[][] Spaces = [[.. "\u00A0"u8], [.. "\u202F"u8], [.. "\u2009"u8]];

    // What Swiss programs write for the apostrophe of a keyboard.
    private static readonly byte[][] Apostrophes = [[.. "\u2019"u8]];

    /// <summary>In UTF-8, what is read as <see cref="Thousands"/>; empty where nothing does.</summary>
    public byte[][] AlsoThousands => Thousands switch
    {
        [(byte)' '] => Spaces,
        [(byte)'\''] => Apostrophes,
        _ => [],
    };

    /// <summary>
    /// Whether <c>1.234</c> may be 1234: the file has a delimiter of countries with a decimal comma, and the contract
    /// does not say which one it has.
    /// </summary>
    public bool IsDecimalUnsure { get; init; }

    /// <summary>The form of dates; null for <c>yyyy-MM-dd</c>.</summary>
    public DateLayout? Dates { get; init; }

    /// <summary>That of a CSV file.</summary>
    /// <param name="options">Of the contract.</param>
    /// <param name="delimiter">As found in the file.</param>
    public static ValueFormat From(CsvOptions options, byte delimiter) => new()
    {
        Decimal = (byte)(options.Decimal ?? '.'),
        Thousands = options.Thousands is { } thousands ? Encoding.UTF8.GetBytes([Plain(thousands)]) : [],
        IsDecimalUnsure = delimiter == ';' && options.Decimal is null,
        Dates = options.DateFormat,
    };

    // Of the forms that one separator has, that of a keyboard.
    private static char Plain(char thousands) =>
        char.GetUnicodeCategory(thousands) == UnicodeCategory.SpaceSeparator ? ' '
        : thousands == '\u2019' ? '\''
        : thousands;
}
