using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// Finds rows by the keys of a temporary table, in which a null equals a null, or rows with one would be doubled by
/// every increment. "is not distinct from" can neither be hashed nor use an index: for each combination of columns that
/// are null in some key there is a condition of its own, of which no two hold for one row.
/// </summary>
internal sealed class KeyMatch
{
    private readonly string _relation;
    private readonly string _keys;
    private readonly IReadOnlyList<string> _key;
    private readonly List<bool[]> _nulls;

    private KeyMatch(string relation, string keys, IReadOnlyList<string> key, List<bool[]> nulls) =>
        (_relation, _keys, _key, _nulls) = (relation, keys, key, nulls);

    /// <param name="connection">That has the table.</param>
    /// <param name="keys">The temporary table, without its schema.</param>
    /// <param name="key">The key's columns in it.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static Task<KeyMatch> ReadAsync(
        NpgsqlConnection connection, string keys, IReadOnlyList<string> key, CancellationToken cancellationToken) =>
        ReadAsync(connection, keys, keys, key, cancellationToken);

    /// <summary>As for a temporary table, for any one.</summary>
    /// <param name="connection">Any.</param>
    /// <param name="relation">The table, quoted, with its schema.</param>
    /// <param name="alias">How conditions call it.</param>
    /// <param name="key">The key's columns in it.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<KeyMatch> ReadAsync(
        NpgsqlConnection connection, string relation, string alias, IReadOnlyList<string> key,
        CancellationToken cancellationToken)
    {
        var areNull = key.Select(column => $"{SqlText.Name(column)} is null");
        return new KeyMatch(relation, alias, key, await connection.QueryAsync<bool[]>(
            $"select distinct array[{string.Join(", ", areNull)}] from {relation}", null, cancellationToken));
    }

    /// <summary>Conditions on rows whose key is among those of the temporary table.</summary>
    /// <param name="table">How the statement calls the table that has the rows.</param>
    public IEnumerable<string> Conditions(string table) => _nulls.Select(nulls =>
        $"exists (select from {_relation} as {_keys} where {AreEqual(table, _key, _keys, nulls)})");

    /// <summary>Conditions that join a table with the temporary one.</summary>
    /// <param name="table">How the statement calls the table.</param>
    /// <param name="columns">Its columns that hold the key.</param>
    public IEnumerable<string> Joins(string table, IReadOnlyList<string> columns) =>
        _nulls.Select(nulls => AreEqual(table, columns, _keys, nulls));

    /// <summary>The columns of one table equal those of another, one by one; nulls equal nothing.</summary>
    public static string AreEqual(
        string table, IReadOnlyList<string> columns, string other, IReadOnlyList<string> otherColumns) =>
        string.Join(" and ", columns.Zip(otherColumns)
            .Select(pair => $"{other}.{SqlText.Name(pair.Second)} = {table}.{SqlText.Name(pair.First)}"));

    private string AreEqual(string table, IReadOnlyList<string> columns, string keys, bool[] nulls) =>
        string.Join(" and ", columns.Zip(_key, nulls).Select(x => x.Third
            ? $"{table}.{SqlText.Name(x.First)} is null and {keys}.{SqlText.Name(x.Second)} is null"
            : $"{keys}.{SqlText.Name(x.Second)} = {table}.{SqlText.Name(x.First)}"));
}
