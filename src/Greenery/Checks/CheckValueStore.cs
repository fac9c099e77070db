using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>Reads and writes <c>ops.check_value</c>: the numbers that checks compare from day to day.</summary>
internal static class CheckValueStore
{
    /// <summary>By check, category and day, the paths of a day added up; oldest day first.</summary>
    public static async Task<ILookup<string, StoredValue>> ReadAsync(
        NpgsqlConnection connection, IEnumerable<string> checks, CancellationToken cancellationToken)
    {
        var values = await connection.QueryAsync<StoredValue>(
            """
            select
                check_id, category, day, asked, sum(value) as value, sum(of_rows) as of_rows,
                string_agg(distinct error, '; ') as error
            from ops.check_value
            where check_id = any(@checks)
            group by check_id, category, day, asked
            order by check_id, category, day
            """,
            new { checks = checks.ToArray() }, cancellationToken);
        return values.ToLookup(value => value.CheckId, StringComparer.Ordinal);
    }
}
