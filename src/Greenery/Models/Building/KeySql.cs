using Greenery.Warehouse;

namespace Greenery.Models.Building;

/// <summary>Conditions on the rows of one table whose key is among those of a temporary one.</summary>
internal static class KeySql
{
    /// <summary>For keys without a null in them.</summary>
    public static string IsIn(string table, string keys, IReadOnlyList<string> key)
    {
        var matches = key.Select(column => $"{keys}.{SqlText.Name(column)} = {table}.{SqlText.Name(column)}");
        return $"exists (select from pg_temp.{keys} where {string.Join(" and ", matches)})";
    }

    /// <summary>
    /// For keys with a null, which equals a null, or such rows would be doubled by every increment. Asked apart, of
    /// such rows only, because "is not distinct from" can neither be hashed nor use an index.
    /// </summary>
    public static string IsNullIn(string table, string keys, IReadOnlyList<string> key)
    {
        string Values(string of) =>
            $"jsonb_build_array({string.Join(", ", key.Select(column => $"{of}.{SqlText.Name(column)}"))})";
        return $"({HasNull(table, key)}) and {Values(table)} in ("
            + $"select {Values(keys)} from pg_temp.{keys} where {HasNull(keys, key)})";
    }

    /// <summary>Whether a column of the key is null.</summary>
    public static string HasNull(string table, IReadOnlyList<string> key) =>
        string.Join(" or ", key.Select(column => $"{table}.{SqlText.Name(column)} is null"));
}
