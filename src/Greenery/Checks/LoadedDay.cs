using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>What was loaded of a source table for one business date, each path in its newest version.</summary>
internal sealed record LoadedDay
{
    public string Table { get; init; } = "";

    public DateOnly Date { get; init; }

    /// <summary>Rows in the files, quarantined ones among them.</summary>
    public long Rows { get; init; }

    /// <summary>Whether some of it was loaded after the last run whose checks passed.</summary>
    public bool IsNew { get; init; }

    /// <summary>The load sequences.</summary>
    public long[] Loads { get; init; } = [];

    // More than any check looks back.
    private const int DaysRead = 400;

    /// <summary>By table, oldest day first.</summary>
    public static async Task<ILookup<string, LoadedDay>> ReadAsync(
        NpgsqlConnection connection, IEnumerable<string> tables, CancellationToken cancellationToken)
    {
        var days = await connection.QueryAsync<LoadedDay>(
            """
            with accepted as (
                select max(run_id) as run_id
                from ops.run
                where state in ('published', 'unchanged') and started_by not in ('rollback', 'replay')
            ),

            newest as (
                select distinct on (path)
                    drop.table_name, drop.drop_date, load.rows_in_file, load.run_id, load.load_seq
                from ops.load
                inner join ops.drop using (drop_id)
                where
                    drop.table_name = any(@tables)
                    and drop.drop_date > (select max(drop_date) from ops.drop) - @DaysRead
                order by path, load.load_seq desc
            )

            select
                table_name as table, drop_date as date, sum(rows_in_file)::bigint as rows,
                coalesce(bool_or(newest.run_id > accepted.run_id), false) as is_new,
                array_agg(load_seq) as loads
            from newest
            cross join accepted
            group by table_name, drop_date
            order by table_name, drop_date
            """,
            new { tables = tables.Distinct().ToArray(), DaysRead }, cancellationToken);
        return days.ToLookup(day => day.Table, StringComparer.Ordinal);
    }
}
