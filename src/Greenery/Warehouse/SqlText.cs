namespace Greenery.Warehouse;

/// <summary>
/// Small helpers for SQL text. Values are parameters always; only names are written into a statement.
/// </summary>
public static class SqlText
{
    /// <summary>A quoted identifier: <c>order"id</c> becomes <c>"order""id"</c>.</summary>
    public static string Name(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A quoted, schema-qualified identifier.</summary>
    public static string Name(string schema, string identifier) => $"{Name(schema)}.{Name(identifier)}";

    /// <summary>Quoted identifiers, comma separated.</summary>
    public static string Names(IEnumerable<string> identifiers) => string.Join(", ", identifiers.Select(Name));

    /// <summary>A string literal. Only for places where PostgreSQL takes no parameter (DDL, <c>set</c>).</summary>
    public static string Literal(string value) => value.Contains('\\', StringComparison.Ordinal)
        ? $"e'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'"
        : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
