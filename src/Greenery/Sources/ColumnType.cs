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

    /// <summary><c>double precision</c>.</summary>
    Double,
    Boolean,
    Date,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>Date and time without a zone.</summary>
    Timestamp,
    TimestampTz,
    Jsonb,

    /// <summary>An array of one of the others.</summary>
    Array,
}

/// <summary>A column's <c>data_type</c> as written in sources.yml.</summary>
/// <param name="Kind">Which type.</param>
/// <param name="Precision">Digits in all of a <c>numeric(p,s)</c>, characters of a <c>varchar(n)</c>; 0 for a plain
/// <c>numeric</c>, a <c>text</c> and all other types. Of an array, those of its elements.</param>
/// <param name="Scale">Digits after the point of a <c>numeric(p,s)</c>.</param>
/// <param name="ElementKind">Of an array, the type of its elements.</param>
public readonly partial record struct ColumnType(
    ColumnKind Kind, int Precision = 0, int Scale = 0, ColumnKind? ElementKind = null)
{
    /// <summary>The names accepted in sources.yml, for messages.</summary>
    public const string Known =
        "uuid, text, varchar(n), integer, bigint, numeric, numeric(p,s), double precision, boolean, date, time, "
        + "timestamp, timestamptz, jsonb, or an array of one of these such as text[]";

    private const string ArrayEnding = "[]";

    // PostgreSQL's own limit of a varchar.
    private const int MostCharacters = 10_485_760;

    /// <summary>Of an array, the type of its elements.</summary>
    public ColumnType Element => ElementKind is { } kind
        ? new ColumnType(kind, Precision, Scale)
        : throw new InvalidOperationException($"{this} is no array.");

    /// <summary>The type as PostgreSQL writes it.</summary>
    public string Sql => Kind switch
    {
        ColumnKind.Uuid => "uuid",
        ColumnKind.Text when Precision == 0 => "text",
        ColumnKind.Text => string.Create(CultureInfo.InvariantCulture, $"varchar({Precision})"),
        ColumnKind.Integer => "integer",
        ColumnKind.BigInt => "bigint",
        ColumnKind.Numeric when Precision == 0 => "numeric",
        ColumnKind.Numeric => string.Create(CultureInfo.InvariantCulture, $"numeric({Precision},{Scale})"),
        ColumnKind.Double => "double precision",
        ColumnKind.Boolean => "boolean",
        ColumnKind.Date => "date",
        ColumnKind.Time => "time",
        ColumnKind.Timestamp => "timestamp",
        ColumnKind.TimestampTz => "timestamptz",
        ColumnKind.Jsonb => "jsonb",
        ColumnKind.Array => Element.Sql + ArrayEnding,
        _ => throw new InvalidOperationException($"No SQL name for {Kind}."),
    };

    /// <summary>The type as PostgreSQL's <c>format_type</c> says it.</summary>
    public string Formatted => Kind switch
    {
        ColumnKind.Text when Precision > 0 =>
            string.Create(CultureInfo.InvariantCulture, $"character varying({Precision})"),
        ColumnKind.Time => "time without time zone",
        ColumnKind.Timestamp => "timestamp without time zone",
        ColumnKind.TimestampTz => "timestamp with time zone",
        ColumnKind.Array => Element.Formatted + ArrayEnding,
        _ => Sql,
    };

    /// <summary>Reads a <c>data_type</c>; false when it is none of <see cref="Known"/>.</summary>
    public static bool TryParse(string text, out ColumnType type)
    {
        text = text.Trim();
        if (text.EndsWith(ArrayEnding, StringComparison.Ordinal))
        {
            var isElement = TryParse(text[..^ArrayEnding.Length], out var element) && element.Kind != ColumnKind.Array;
            type = isElement
                ? new ColumnType(ColumnKind.Array, element.Precision, element.Scale, element.Kind)
                : default;
            return isElement;
        }
        ColumnKind? kind = text.ToLowerInvariant() switch
        {
            "uuid" => ColumnKind.Uuid,
            "text" or "varchar" or "string" => ColumnKind.Text,
            "integer" or "int" => ColumnKind.Integer,
            "bigint" => ColumnKind.BigInt,
            "numeric" or "decimal" => ColumnKind.Numeric,
            "boolean" or "bool" => ColumnKind.Boolean,
            "double precision" or "double" or "float8" => ColumnKind.Double,
            "date" => ColumnKind.Date,
            "time" or "time without time zone" => ColumnKind.Time,
            "timestamp" or "timestamp without time zone" => ColumnKind.Timestamp,
            "timestamptz" or "timestamp with time zone" => ColumnKind.TimestampTz,
            "jsonb" => ColumnKind.Jsonb,
            _ => null,
        };
        if (kind is { } simple)
        {
            type = new ColumnType(simple);
            return true;
        }
        return TryParseSized(text, out type);
    }

    private static bool TryParseSized(string text, out ColumnType type)
    {
        if (VarcharPattern().Match(text) is { Success: true } sized)
        {
            type = new ColumnType(
                ColumnKind.Text, int.Parse(sized.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
            return type.Precision is >= 1 and <= MostCharacters;
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

    [GeneratedRegex(@"^(?:varchar|character varying)\s*\(\s*([0-9]{1,8})\s*\)$", RegexOptions.IgnoreCase)]
    private static partial Regex VarcharPattern();
}
