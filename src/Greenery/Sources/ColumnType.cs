using System.Globalization;
using System.Text.RegularExpressions;

namespace Greenery.Sources;

/// <summary>The types a source column can have; each has one parser from bytes and one binary form.</summary>
public enum ColumnKind
{
    Uuid,
    Text,
    Integer,
    BigInt,
    Numeric,
    Boolean,
    Date,
    TimestampTz,
    Jsonb,
}

/// <summary>A column's <c>data_type</c> as written in sources.yml.</summary>
/// <param name="Kind">Which type.</param>
/// <param name="Precision">Digits in all of a <c>numeric(p,s)</c>; 0 for a plain <c>numeric</c> and all other
/// types.</param>
/// <param name="Scale">Digits after the point of a <c>numeric(p,s)</c>.</param>
public readonly partial record struct ColumnType(ColumnKind Kind, int Precision = 0, int Scale = 0)
{
    /// <summary>The names accepted in sources.yml, for messages.</summary>
    public const string Known =
        "uuid, text, integer, bigint, numeric, numeric(p,s), boolean, date, timestamptz, jsonb";

    /// <summary>The type as PostgreSQL writes it.</summary>
    public string Sql => Kind switch
    {
        ColumnKind.Uuid => "uuid",
        ColumnKind.Text => "text",
        ColumnKind.Integer => "integer",
        ColumnKind.BigInt => "bigint",
        ColumnKind.Numeric when Precision == 0 => "numeric",
        ColumnKind.Numeric => string.Create(CultureInfo.InvariantCulture, $"numeric({Precision},{Scale})"),
        ColumnKind.Boolean => "boolean",
        ColumnKind.Date => "date",
        ColumnKind.TimestampTz => "timestamptz",
        ColumnKind.Jsonb => "jsonb",
        _ => throw new InvalidOperationException($"No SQL name for {Kind}."),
    };

    /// <summary>Reads a <c>data_type</c>; false when it is none of <see cref="Known"/>.</summary>
    public static bool TryParse(string text, out ColumnType type)
    {
        ColumnKind? kind = text.Trim().ToLowerInvariant() switch
        {
            "uuid" => ColumnKind.Uuid,
            "text" or "varchar" or "string" => ColumnKind.Text,
            "integer" or "int" => ColumnKind.Integer,
            "bigint" => ColumnKind.BigInt,
            "numeric" or "decimal" => ColumnKind.Numeric,
            "boolean" or "bool" => ColumnKind.Boolean,
            "date" => ColumnKind.Date,
            "timestamptz" or "timestamp with time zone" => ColumnKind.TimestampTz,
            "jsonb" => ColumnKind.Jsonb,
            _ => null,
        };
        if (kind is { } simple)
        {
            type = new ColumnType(simple);
            return true;
        }
        var match = NumericPattern().Match(text);
        type = match.Success
            ? new ColumnType(
                ColumnKind.Numeric,
                int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture))
            : default;
        return match.Success && type.Precision is >= 1 and <= 1000 && type.Scale <= type.Precision;
    }

    public override string ToString() => Sql;

    [GeneratedRegex(@"^\s*(?:numeric|decimal)\s*\(\s*([0-9]{1,4})\s*,\s*([0-9]{1,4})\s*\)\s*$",
        RegexOptions.IgnoreCase)]
    private static partial Regex NumericPattern();
}
