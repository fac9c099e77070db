using Greenery.Sources;

namespace Greenery.Staging.Types;

/// <summary>Numbers of PostgreSQL's types, which never change (pg_type.dat of its sources).</summary>
internal static class PostgresOid
{
    /// <summary>The type of a column or of an array's elements.</summary>
    public static uint Of(ColumnType type) => type.Kind switch
    {
        ColumnKind.Uuid => 2950,
        ColumnKind.Text => type.Precision == 0 ? 25u : 1043,
        ColumnKind.Integer => 23,
        ColumnKind.BigInt => 20,
        ColumnKind.Numeric => 1700,
        ColumnKind.Double => 701,
        ColumnKind.Boolean => 16,
        ColumnKind.Date => 1082,
        ColumnKind.Time => 1083,
        ColumnKind.Timestamp => 1114,
        ColumnKind.TimestampTz => 1184,
        ColumnKind.Jsonb => 3802,
        _ => throw new InvalidOperationException($"{type} is no element of an array."),
    };
}
