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

    /// <summary>
    /// SQL for what <see cref="Name(string, string)"/> makes of its values: in quotes, also where PostgreSQL needs
    /// none.
    /// </summary>
    /// <param name="schema">SQL of type text.</param>
    /// <param name="identifier">SQL of type text.</param>
    public static string NameOf(string schema, string identifier) =>
        $"""format('"%s"."%s"', replace({schema}, '"', '""'), replace({identifier}, '"', '""'))""";

    /// <summary>Quoted identifiers, comma separated.</summary>
    public static string Names(IEnumerable<string> identifiers) => string.Join(", ", identifiers.Select(Name));

    /// <summary>
    /// SQL for the oid of a relation, or null. Unlike <c>to_regclass</c> it takes schemas that this role may not use.
    /// </summary>
    /// <param name="schema">SQL of type text.</param>
    /// <param name="name">SQL of type text, without quotes in its value.</param>
    public static string Oid(string schema, string name) =>
        "(select pg_class.oid from pg_class inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace "
        + $"where pg_namespace.nspname = ({schema})::name and pg_class.relname = ({name})::name)";

    /// <summary>A string literal. Only for places where PostgreSQL takes no parameter (DDL, <c>set</c>).</summary>
    public static string Literal(string value) => value.Contains('\\', StringComparison.Ordinal)
        ? $"e'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'"
        : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
