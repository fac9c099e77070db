using Greenery.Sources;
using Parquet.Meta;
using Stored = Parquet.Meta.Type;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>The type in staging that holds all values of a column, by what the schema says of it.</summary>
internal static class ParquetDeclared
{
    private const int MostPrecision = 1000;

    /// <summary>Null where the values decide: text may be anything.</summary>
    public static ColumnType? TypeOf(SchemaElement element)
    {
        var (logical, converted) = (element.LogicalType, element.ConvertedType);
        if (logical?.DECIMAL is not null || converted == ConvertedType.DECIMAL)
        {
            return Decimal(
                logical?.DECIMAL?.Precision ?? element.Precision ?? 0, logical?.DECIMAL?.Scale ?? element.Scale ?? 0);
        }
        ColumnKind? kind = element.Type switch
        {
            Stored.BOOLEAN => ColumnKind.Boolean,
            Stored.INT32 => OfInt32(logical, converted),
            Stored.INT64 => OfInt64(logical, converted),
            Stored.INT96 => ColumnKind.Timestamp,
            Stored.FLOAT or Stored.DOUBLE => ColumnKind.Double,
            _ when logical?.FLOAT16 is not null => ColumnKind.Double,
            _ when logical?.UUID is not null => ColumnKind.Uuid,
            _ when logical?.JSON is not null || converted == ConvertedType.JSON => ColumnKind.Jsonb,
            _ => null,
        };
        return kind is { } known ? new ColumnType(known) : null;
    }

    private static ColumnType Decimal(int precision, int scale) =>
        precision is > 0 and <= MostPrecision && scale >= 0 && scale <= precision
            ? new ColumnType(ColumnKind.Numeric, precision, scale)
            : new ColumnType(ColumnKind.Numeric);

    private static ColumnKind OfInt32(LogicalType? logical, ConvertedType? converted) =>
        logical?.DATE is not null || converted == ConvertedType.DATE ? ColumnKind.Date
        : logical?.TIME is not null || converted == ConvertedType.TIME_MILLIS ? ColumnKind.Time
        : logical?.INTEGER is { IsSigned: false, BitWidth: 32 } || converted == ConvertedType.UINT_32
            ? ColumnKind.BigInt
            : ColumnKind.Integer;

    private static ColumnKind OfInt64(LogicalType? logical, ConvertedType? converted) =>
        logical?.TIME is not null || converted == ConvertedType.TIME_MICROS ? ColumnKind.Time
        : logical?.TIMESTAMP is { IsAdjustedToUTC: false } ? ColumnKind.Timestamp
        : logical?.TIMESTAMP is not null
            || converted is ConvertedType.TIMESTAMP_MILLIS or ConvertedType.TIMESTAMP_MICROS ? ColumnKind.TimestampTz
        : logical?.INTEGER is { IsSigned: false } || converted == ConvertedType.UINT_64 ? ColumnKind.Numeric
        : ColumnKind.BigInt;
}
