using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// Finds keys that one file has with different values: the last row wins, which may be the wrong one.
/// </summary>
internal sealed class DuplicateKeys(LoadJob job)
{
    /// <summary>To be called when the drop's rows are in <see cref="MergeSql.Incoming"/>.</summary>
    /// <returns>A note with an example; null when all rows of each key are equal.</returns>
    /// <exception cref="RefusedDropException">There are such keys, and the contract refuses them.</exception>
    public async Task<string?> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (keys, first, last) = await connection.QueryFirstOrDefaultAsync<(long Keys, long? First, long? Last)>(
            Find, null, cancellationToken);
        if (keys == 0)
        {
            return null;
        }
        var found = Found(keys, first, last);
        return job.Table.RefusesDuplicateKeys
            ? throw new RefusedDropException(
                $"{found}; expected each key once (config: duplicate_keys: refuse); nothing of the drop was loaded. "
                + "Ask the source which row is right.")
            : Note(keys, first, last);
    }

    /// <summary>What people read of such keys when the last row of each was loaded.</summary>
    /// <param name="keys">How many.</param>
    /// <param name="first">Line of the first row of one of them.</param>
    /// <param name="last">Line of its last row.</param>
    public static string Note(long keys, long? first, long? last) =>
        $"{Found(keys, first, last)}; the last row of each was loaded (config: duplicate_keys: refuse refuses such "
        + "files)";

    private static string Found(long keys, long? first, long? last) =>
        $"has {keys} {(keys == 1 ? "key" : "keys")} with different values, for example on lines {first} and {last}";

    private string Find =>
        $"""
        with doubled as (
            select min(_line) as first_line, max(_line) as last_line
            from {MergeSql.Incoming} as i
            group by {job.Staging.Key}
            having count(*) > 1 and count(distinct ({job.Staging.Values("i")})) > 1
        )

        select
            count(*),
            (array_agg(first_line order by first_line))[1],
            (array_agg(last_line order by first_line))[1]
        from doubled
        """;
}
