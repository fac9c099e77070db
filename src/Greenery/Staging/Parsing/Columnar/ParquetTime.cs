using System.Buffers.Binary;
using System.Globalization;
using Greenery.Sources;
using Greenery.Staging.Parsing.Records;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>Dates and times of a Parquet file, counted from 1970-01-01, as ISO 8601 with all their digits.</summary>
internal static class ParquetTime
{
    /// <summary>Units of a second.</summary>
    public const long Milliseconds = 1_000, Microseconds = 1_000_000, Nanoseconds = 1_000_000_000;

    private const long SecondsOfDay = 86_400;

    // Days from 0001-01-01, and from the first day of the Julian count.
    private const int DaysTo1970 = 719_162;
    private const long JulianDayOf1970 = 2_440_588;
    private const int LastDay = 3_652_058;
    private const int Longest = 40;

    public static ParquetFault? WriteDate(int days, RecordJson row)
    {
        Span<byte> text = stackalloc byte[Longest];
        return TryFormatDate(days, text, out var length)
            ? Write(text[..length], row)
            : NoDate(days.ToString(CultureInfo.InvariantCulture), "days", row);
    }

    /// <summary>A time of day.</summary>
    public static ParquetFault? WriteTime(long value, long unit, RecordJson row)
    {
        if (value < 0 || value >= SecondsOfDay * unit)
        {
            row.NoValue("time", value.ToString(CultureInfo.InvariantCulture));
            return new ParquetFault(RowRule.Range, "a time that no day has", "one from 00:00 up to 23:59:59.999999");
        }
        Span<byte> text = stackalloc byte[Longest];
        return Write(text[..FormatTime(value, unit, text)], row);
    }

    /// <summary>A date and time; where the column is a date, midnight is that.</summary>
    public static ParquetFault? WriteTimestamp(long value, long unit, bool isUtc, ColumnKind? kind, RecordJson row)
    {
        var (days, rest) = (Math.DivRem(value, SecondsOfDay * unit, out var left), left);
        if (rest < 0)
        {
            (days, rest) = (days - 1, rest + (SecondsOfDay * unit));
        }
        return WriteTimestamp(days, rest, unit, isUtc, kind, row);
    }

    /// <summary>Nanoseconds of a day, and the day's number in the Julian count.</summary>
    public static ParquetFault? WriteInt96(ReadOnlySpan<byte> value, ColumnKind? kind, RecordJson row)
    {
        var (nanoseconds, day) = (BinaryPrimitives.ReadInt64LittleEndian(value),
            BinaryPrimitives.ReadInt32LittleEndian(value[8..]));
        var days = (uint)day - JulianDayOf1970;
        return nanoseconds is >= 0 and < SecondsOfDay * Nanoseconds
            ? WriteTimestamp(days, nanoseconds, Nanoseconds, isUtc: false, kind, row)
            : NoDate(Convert.ToHexString(value), "int96", row);
    }

    private static ParquetFault? WriteTimestamp(
        long days, long rest, long unit, bool isUtc, ColumnKind? kind, RecordJson row)
    {
        Span<byte> text = stackalloc byte[Longest];
        if (!TryFormatDate(days, text, out var length))
        {
            return NoDate(days.ToString(CultureInfo.InvariantCulture), "days", row);
        }
        if (kind == ColumnKind.Date && rest == 0)
        {
            return Write(text[..length], row);
        }
        text[length++] = (byte)'T';
        length += FormatTime(rest, unit, text[length..]);
        if (isUtc)
        {
            text[length++] = (byte)'Z';
        }
        return Write(text[..length], row);
    }

    private static bool TryFormatDate(long days, Span<byte> text, out int length)
    {
        length = 0;
        return days is >= -DaysTo1970 and <= LastDay - DaysTo1970
            && DateOnly.FromDayNumber((int)days + DaysTo1970).TryFormat(
                text, out length, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static int FormatTime(long value, long unit, Span<byte> text)
    {
        var (second, fraction) = ((int)(value / unit), value % unit);
        Two(second / 3600, text, 0);
        text[2] = (byte)':';
        Two(second / 60 % 60, text, 3);
        text[5] = (byte)':';
        Two(second % 60, text, 6);
        if (fraction == 0)
        {
            return 8;
        }
        var digits = unit switch { Milliseconds => 3, Microseconds => 6, _ => 9 };
        text[8] = (byte)'.';
        for (var at = 8 + digits; at > 8; at--)
        {
            text[at] = (byte)('0' + (fraction % 10));
            fraction /= 10;
        }
        return 9 + digits;
    }

    private static void Two(int number, Span<byte> text, int at)
    {
        text[at] = (byte)('0' + (number / 10));
        text[at + 1] = (byte)('0' + (number % 10));
    }

    private static ParquetFault? Write(ReadOnlySpan<byte> text, RecordJson row)
    {
        row.Text(text);
        return null;
    }

    private static ParquetFault NoDate(string value, string unit, RecordJson row)
    {
        row.NoValue(unit, value);
        return new ParquetFault(RowRule.Range, "a date that no calendar here has", "one from 0001-01-01 to 9999-12-31");
    }
}
