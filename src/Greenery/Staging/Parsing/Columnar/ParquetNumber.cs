using System.Globalization;
using System.Numerics;
using Greenery.Staging.Parsing.Records;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>Numbers of a Parquet file, as JSON writes them.</summary>
internal static class ParquetNumber
{
    private const int Longest = 64;

    // PostgreSQL's numeric has at most so many digits after the point.
    private const int MostScale = 16_383;

    // Of the type that is fast.
    private const int LargestScale = 28;

    public static ParquetFault? Write(long value, RecordJson row) => WriteFormatted(value, "D", row);

    public static ParquetFault? Write(ulong value, RecordJson row) => WriteFormatted(value, "D", row);

    /// <summary>The shortest number that is this one: 0.1 where a wider type would have 0.10000000149.</summary>
    public static ParquetFault? Write(float value, RecordJson row) => float.IsFinite(value)
        ? WriteFormatted(value, "R", row)
        : WriteText(value.ToString(CultureInfo.InvariantCulture), row);

    /// <summary>NaN and infinity are words, which no number has.</summary>
    public static ParquetFault? Write(double value, RecordJson row) => double.IsFinite(value)
        ? WriteFormatted(value, "R", row)
        : WriteText(value.ToString(CultureInfo.InvariantCulture), row);

    /// <summary>A decimal number of so many digits after the point.</summary>
    public static ParquetFault? WriteDecimal(long unscaled, int scale, RecordJson row)
    {
        if (scale is < 0 or > LargestScale)
        {
            return WriteDecimal((BigInteger)unscaled, scale, row);
        }
        var size = unscaled < 0 ? 0UL - (ulong)unscaled : (ulong)unscaled;
        return WriteFormatted(
            new decimal((int)size, (int)(size >> 32), 0, unscaled < 0, (byte)scale), "", row);
    }

    /// <summary>A decimal number of any length.</summary>
    public static ParquetFault? WriteDecimal(BigInteger unscaled, int scale, RecordJson row)
    {
        if (scale is < 0 or > MostScale)
        {
            throw new DamagedFileException($"A decimal has the scale {scale}");
        }
        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        row.Number((unscaled.Sign < 0 ? "-" : "") + (scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}"));
        return null;
    }

    private static ParquetFault? WriteFormatted<T>(T value, ReadOnlySpan<char> format, RecordJson row)
        where T : IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[Longest];
        value.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        row.Number(text[..length]);
        return null;
    }

    private static ParquetFault? WriteText(string text, RecordJson row)
    {
        row.Text(text);
        return null;
    }
}
