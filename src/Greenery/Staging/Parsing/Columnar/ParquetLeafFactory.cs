using System.Numerics;
using Greenery.Sources;
using Greenery.Staging.Parsing.Records;
using Parquet.Meta;
using Stored = Parquet.Meta.Type;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>
/// Makes the reader of a column's values from what the schema says they are (LogicalTypes.md of Parquet's format).
/// Parquet.Net is asked for the stored numbers and bytes only: what it makes of them by itself loses digits of times
/// and decimals, and bytes that are no text.
/// </summary>
/// <param name="element">Of the schema.</param>
/// <param name="path">Names from the top down.</param>
/// <param name="levels">Of definition and repetition.</param>
/// <param name="kind">Of the contract's column, or of the elements of its arrays; null where it has none.</param>
internal sealed class ParquetLeafFactory(
    SchemaElement element, IReadOnlyList<string> path, (int Definition, int Repetition) levels, ColumnKind? kind)
{
    private const int BytesOfUuid = 16, BytesOfHalf = 2, BytesOfInt96 = 12;

    private readonly LogicalType? _logical = element.LogicalType;
    private readonly ConvertedType? _converted = element.ConvertedType;
    private readonly int _scale = element.LogicalType?.DECIMAL?.Scale ?? element.Scale ?? 0;

    /// <exception cref="RefusedDropException">Its values are of no kind that a column can have.</exception>
    public ParquetLeaf Create() => element.Type switch
    {
        Stored.BOOLEAN => Of<bool>(WriteBoolean),
        Stored.INT32 => Of<int>(WriteInt32()),
        Stored.INT64 => Of<long>(WriteInt64()),
        Stored.FLOAT => Of<float>(ParquetNumber.Write),
        Stored.DOUBLE => Of<double>(ParquetNumber.Write),
        Stored.INT96 => Of<ReadOnlyMemory<byte>>(WriteInt96),
        Stored.BYTE_ARRAY or Stored.FIXED_LEN_BYTE_ARRAY => Of(WriteBytes()),
        _ => throw new DamagedFileException(
            $"Column '{ParquetLeaf.ShowPath(path)}' is of the unknown type {element.Type}"),
    };

    /// <summary>
    /// Makes Parquet.Net read the stored values: it goes by the same elements. It reads no twelve bytes as such, other
    /// than where they are said to be bytes.
    /// </summary>
    public static void Strip(SchemaElement element)
    {
        if (element.Type is null)
        {
            return;
        }
        (element.LogicalType, element.ConvertedType) = (null, null);
        if (element.Type == Stored.INT96)
        {
            (element.Type, element.TypeLength) = (Stored.FIXED_LEN_BYTE_ARRAY, BytesOfInt96);
        }
    }

    private bool IsDecimal => _logical?.DECIMAL is not null || _converted == ConvertedType.DECIMAL;

    private bool IsDate => _logical?.DATE is not null || _converted == ConvertedType.DATE;

    private ParquetValues<T> Of<T>(Func<T, RecordJson, ParquetFault?> write)
        where T : struct => new(write)
    {
        Path = path,
        StoredType = element.Type!.Value,
        Declared = ParquetDeclared.TypeOf(element),
        MaxDefinition = levels.Definition,
        MaxRepetition = levels.Repetition,
    };

    private Func<int, RecordJson, ParquetFault?> WriteInt32()
    {
        if (IsDecimal)
        {
            return (value, row) => ParquetNumber.WriteDecimal(value, _scale, row);
        }
        if (IsDate)
        {
            return ParquetTime.WriteDate;
        }
        if (_logical?.TIME is not null || _converted == ConvertedType.TIME_MILLIS)
        {
            return (value, row) => ParquetTime.WriteTime(value, ParquetTime.Milliseconds, row);
        }
        return _logical?.INTEGER is { IsSigned: false } || IsUnsigned
            ? (value, row) => ParquetNumber.Write((uint)value, row)
            : (value, row) => ParquetNumber.Write(value, row);
    }

    private bool IsUnsigned => _converted is ConvertedType.UINT_8 or ConvertedType.UINT_16 or ConvertedType.UINT_32
        or ConvertedType.UINT_64;

    private Func<long, RecordJson, ParquetFault?> WriteInt64()
    {
        if (IsDecimal)
        {
            return (value, row) => ParquetNumber.WriteDecimal(value, _scale, row);
        }
        if (_logical?.TIME is { } time)
        {
            return (value, row) => ParquetTime.WriteTime(value, UnitOf(time.Unit), row);
        }
        if (_logical?.TIMESTAMP is { } timestamp)
        {
            var (unit, isUtc) = (UnitOf(timestamp.Unit), timestamp.IsAdjustedToUTC);
            return (value, row) => ParquetTime.WriteTimestamp(value, unit, isUtc, kind, row);
        }
        return _converted switch
        {
            ConvertedType.TIME_MICROS => (value, row) => ParquetTime.WriteTime(value, ParquetTime.Microseconds, row),
            // The format says UTC, and writers of that age did not mind: both kinds of columns take them.
            ConvertedType.TIMESTAMP_MILLIS =>
                (value, row) => ParquetTime.WriteTimestamp(value, ParquetTime.Milliseconds, false, kind, row),
            ConvertedType.TIMESTAMP_MICROS =>
                (value, row) => ParquetTime.WriteTimestamp(value, ParquetTime.Microseconds, false, kind, row),
            _ => _logical?.INTEGER is { IsSigned: false } || IsUnsigned
                ? (value, row) => ParquetNumber.Write((ulong)value, row)
                : (value, row) => ParquetNumber.Write(value, row),
        };
    }

    private static long UnitOf(TimeUnit unit) =>
        unit.MILLIS is not null ? ParquetTime.Milliseconds
        : unit.MICROS is not null ? ParquetTime.Microseconds
        : ParquetTime.Nanoseconds;

    // As Impala, Hive and old versions of Spark write times, without saying of which zone.
    private ParquetFault? WriteInt96(ReadOnlyMemory<byte> value, RecordJson row) =>
        ParquetTime.WriteInt96(value.Span, kind, row);

    private Func<ReadOnlyMemory<byte>, RecordJson, ParquetFault?> WriteBytes()
    {
        var length = element.Type == Stored.FIXED_LEN_BYTE_ARRAY ? element.TypeLength : null;
        if (IsDecimal)
        {
            return (value, row) => ParquetNumber.WriteDecimal(
                new BigInteger(value.Span, isUnsigned: false, isBigEndian: true), _scale, row);
        }
        if (_logical?.UUID is not null || (kind == ColumnKind.Uuid && length == BytesOfUuid))
        {
            return ParquetText.WriteUuid;
        }
        if (_logical?.FLOAT16 is not null && length == BytesOfHalf)
        {
            return (value, row) => ParquetNumber.Write((double)BitConverter.ToHalf(value.Span), row);
        }
        if (_converted == ConvertedType.INTERVAL)
        {
            return (value, row) => ParquetText.WriteOther(value, "an interval", row);
        }
        return kind == ColumnKind.Jsonb ? ParquetText.WriteJson : ParquetText.Write;
    }

    private static ParquetFault? WriteBoolean(bool value, RecordJson row)
    {
        row.Boolean(value);
        return null;
    }
}
