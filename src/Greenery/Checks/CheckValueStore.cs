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

    /// <summary>A check's numbers of runs whose checks passed, oldest day first.</summary>
    public static Task<List<StoredValue>> ReadAcceptedAsync(
        NpgsqlConnection connection, string check, CancellationToken cancellationToken) =>
        connection.QueryAsync<StoredValue>(
            """
            select check_id, category, day, asked, value, of_rows
            from ops.check_value
            inner join ops.run using (run_id)
            where check_id = @check and state in ('published', 'unchanged')
            order by category, day
            """,
            new { check }, cancellationToken);

    /// <summary>Keeps what a run has taken; a later run of the day replaces it.</summary>
    public static Task<int> WriteAsync(
        NpgsqlConnection connection, long runId, string check, IReadOnlyList<TakenValue> taken,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            insert into ops.check_value (check_id, category, day, value, of_rows, asked, run_id)
            select @check, category, day, value, of_rows, asked, @runId
            from unnest(@categories, @days, @values, @rows, @questions) as taken (category, day, value, of_rows, asked)
            on conflict (check_id, category, day, path) do update
            set
                value = excluded.value,
                of_rows = excluded.of_rows,
                asked = excluded.asked,
                error = null,
                run_id = excluded.run_id
            """,
            new
            {
                check, runId,
                categories = taken.Select(value => value.Category).ToArray(),
                days = taken.Select(value => value.Day).ToArray(),
                values = taken.Select(value => value.Value).ToArray(),
                rows = taken.Select(value => value.Of).ToArray(),
                questions = taken.Select(value => value.Asked).ToArray(),
            },
            cancellationToken);
}
