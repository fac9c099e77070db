using System.Text;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// Finds keys that one drop has with different values: the last row wins, which may be the wrong one. The files of one
/// date of a complete table are one drop.
/// </summary>
internal sealed class DuplicateKeys(LoadJob job)
{
    // More of a key than this is not shown.
    private const int KeyShown = 60;

    /// <summary>To be called when the drop's rows are in <see cref="MergeSql.Incoming"/>.</summary>
    /// <returns>A note with an example; null when all rows of each key are equal.</returns>
    /// <exception cref="RefusedDropException">There are such keys, and the contract refuses them.</exception>
    public async Task<string?> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (keys, first, last, key) =
            await connection.QueryFirstOrDefaultAsync<(long Keys, long? First, long? Last, string? Key)>(
                Find, null, cancellationToken);
        if (keys == 0)
        {
            return null;
        }
        return job.Table.RefusesDuplicateKeys
            ? throw new RefusedDropException(
                $"{Found(keys, first, last, key)}; expected each key once (config: duplicate_keys: refuse); nothing of "
                + "the drop was loaded. Ask the source which row is right.")
            : Note(keys, first, last, key);
    }

    /// <summary>
    /// Finds those that another file of the date of a complete table has with other values. To be called when the
    /// drop's rows are in <see cref="MergeSql.Incoming"/> and are not merged.
    /// </summary>
    /// <returns>A note with an example; null when there are none.</returns>
    /// <exception cref="RefusedDropException">There are such keys, and the contract refuses them.</exception>
    public async Task<string?> FindInPartsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var parts = job.Table.Snapshot is null ? [] : await PartsAsync(connection, cancellationToken);
        if (parts.Count == 0)
        {
            return null;
        }
        var (keys, line, part, key) =
            await connection.QueryFirstOrDefaultAsync<(long Keys, long? Line, long? Part, string? Key)>(
                FindInParts, new { Parts = parts.Select(other => other.DropId).ToArray() }, cancellationToken);
        if (keys == 0)
        {
            return null;
        }
        var path = parts.First(other => other.DropId == part).Path;
        var found = $"has {Count(keys)} that other files of its date have with different values, for example on line "
            + $"{line}{Shown(key)} and in {path}";
        return job.Table.RefusesDuplicateKeys
            ? throw new RefusedDropException(
                $"{found}; expected each key once in all files of a date (config: duplicate_keys: refuse); nothing of "
                + "the drop was loaded. Ask the source which row is right.")
            : $"{found}; the row of the last file was loaded (config: duplicate_keys: refuse refuses such files)";
    }

    /// <summary>What people read of such keys when the last row of each was loaded.</summary>
    /// <param name="keys">How many.</param>
    /// <param name="first">Line of the first row of one of them.</param>
    /// <param name="last">Line of its last row.</param>
    /// <param name="key">Its values that are not personal, in words; null for none.</param>
    public static string Note(long keys, long? first, long? last, string? key) =>
        $"{Found(keys, first, last, key)}; the last row of each was loaded (config: duplicate_keys: refuse refuses "
        + "such files)";

    /// <summary>The values of a row's key that may be shown: <c>id '1', day '2026-11-21'</c>; null for none.</summary>
    /// <param name="table">The table.</param>
    /// <param name="alias">Of the rows in the statement.</param>
    public static string KeyText(StagingTable table, string alias)
    {
        string[] shown =
        [
            .. table.Contract.Columns
                .Where(column => table.Contract.PrimaryKey.Contains(column.Name) && !column.IsPersonal)
                .Select(column => $"{SqlText.Literal($"{column.Name} '")} || left({alias}.{SqlText.Name(column.Name)}"
                    + $"::text, {KeyShown}) || ''''"),
        ];
        return shown.Length == 0 ? "null::text" : $"concat_ws(', ', {string.Join(", ", shown)})";
    }

    private static string Found(long keys, long? first, long? last, string? key) =>
        $"has {Count(keys)} with different values, for example on "
        + (first == last ? $"line {first}" : $"lines {first} and {last}") + Shown(key);

    private static string Count(long keys) => $"{keys} {(keys == 1 ? "key" : "keys")}";

    private static string Shown(string? key) =>
        key is null ? "" : $" ({ReadableText.Shorten(Encoding.UTF8.GetBytes(key))})";

    // What a newer version of another file says is not known yet.
    private Task<List<(long DropId, string Path)>> PartsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync<(long, string)>(
            """
            select d.drop_id, d.path
            from ops.drop as d
            where
                d.table_name = @Name
                and d.drop_date = @Date
                and d.path <> @Path
                and exists (select from ops.load as l where l.drop_id = d.drop_id)
                and not exists (
                    select from ops.drop as newer
                    where newer.path = d.path and newer.drop_id > d.drop_id and newer.state = 'pending'
                )
            """,
            new { job.Table.Name, job.Drop.Date, job.Drop.Path },
            cancellationToken);

    private string Find =>
        $"""
        with doubled as (
            select min(_line) as first_line, max(_line) as last_line, min({KeyText(job.Staging, "i")}) as key
            from {MergeSql.Incoming} as i
            group by {job.Staging.Key}
            having count(*) > 1 and count(distinct ({job.Staging.Values("i")})) > 1
        )

        select
            count(*),
            (array_agg(first_line order by first_line))[1],
            (array_agg(last_line order by first_line))[1],
            (array_agg(key order by first_line))[1]
        from doubled
        """;

    private string FindInParts =>
        $"""
        with latest as (
            select distinct on ({job.Staging.Key}) *
            from {MergeSql.Incoming}
            order by {job.Staging.Key}, _line desc
        ),

        parted as (
            select l._line as line, s.{StagingTable.DropId} as drop_id, {KeyText(job.Staging, "l")} as key
            from latest as l
            inner join {job.Staging.Name} as s on {job.Staging.KeyEquals("s", "l")}
            where
                s.{StagingTable.DropId} = any(@Parts)
                and ({job.Staging.Values("s")}) is distinct from ({job.Staging.Values("l")})
        )

        select
            count(*),
            (array_agg(line order by line))[1],
            (array_agg(drop_id order by line))[1],
            (array_agg(key order by line))[1]
        from parted
        """;
}
