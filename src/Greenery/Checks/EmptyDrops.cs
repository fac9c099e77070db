using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Warns of a source table whose newest drop has no row though earlier ones had some: only a header arrived. A table
/// whose drops may be empty says so (<c>config: may_be_empty: true</c>).
/// </summary>
public static class EmptyDrops
{
    private const string Kind = "empty_drop";

    /// <summary>How <c>ops.check_result</c> calls the check of a table.</summary>
    public static string IdOf(string table) => $"staging.{table}.{Kind}";

    /// <summary>Writes down which tables' newest drops are empty, and which have rows again.</summary>
    /// <returns>How many warn.</returns>
    public static async Task<int> NoteAsync(
        NpgsqlConnection connection, long runId, IEnumerable<SourceTable> sources, CancellationToken cancellationToken)
    {
        var statuses = await connection.QueryAsync<CheckStatus>(
            """
            with newest as (
                select distinct on (drop_id) table_name, drop_date, rows_in_file
                from ops.load
                inner join ops.drop using (drop_id, table_name)
                where table_name = any(@tables)
                order by drop_id, load_seq desc
            ),
            per_day as (
                select table_name, drop_date, sum(rows_in_file) as n
                from newest
                group by table_name, drop_date
            ),
            judged as (
                select distinct on (table_name) table_name, drop_date, n,
                    max(drop_date) filter (where n > 0) over (partition by table_name) as last_date
                from per_day
                order by table_name, drop_date desc
            )
            insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at,
                rows_failing, message)
            select @runId, 'staging.' || table_name || '.' || @Kind, 'staging', table_name, @Kind, 'warn',
                case when n = 0 then 'warn' else 'pass' end, 1, case when n = 0 then 1 else 0 end,
                format('%s of staging.%s: the newest drop, of %s, has %s', @Kind, table_name, drop_date,
                    case when n > 0 then 'rows'
                    else format('no row, and that of %s had some; expected rows. Ask its sender, or set may_be_empty: true '
                        'in its config', last_date) end)
            from judged
            where last_date is not null and (n = 0 or (
                select status from ops.check_result as result
                where result.check_id = 'staging.' || table_name || '.' || @Kind and result.run_id < @runId
                order by result.run_id desc
                limit 1
            ) = 'warn')
            returning status
            """,
            new
            {
                runId, Kind,
                tables = sources.Where(source => !source.MayBeEmpty).Select(source => source.Name).ToArray(),
            },
            cancellationToken);
        return statuses.Count(status => status == CheckStatus.Warn);
    }
}
