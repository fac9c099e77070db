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

    /// <summary>No run's checks have passed yet: it may be an old day of a history that is loaded at once.</summary>
    public bool IsFirst { get; init; }

    /// <summary>The load sequences.</summary>
    public long[] Loads { get; init; } = [];

    // More than any check looks back.
    private const int DaysRead = 400;

    /// <summary>By table, oldest day first.</summary>
    public static async Task<ILookup<string, LoadedDay>> ReadAsync(
        NpgsqlConnection connection, IEnumerable<string> tables, CancellationToken cancellationToken)
    {
        var days = await connection.QueryAsync<LoadedDay>(
            $"""
            with accepted as (
                select wanted.table_name, max(run.run_id) as run_id
                from unnest(@tables) as wanted (table_name)
                inner join ops.run on {AcceptedRuns.Of("wanted.table_name")}
                group by wanted.table_name
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
                bool_or(newest.run_id > coalesce(accepted.run_id, 0)) as is_new,
                max(accepted.run_id) is null as is_first,
                array_agg(load_seq) as loads
            from newest
            left join accepted using (table_name)
            group by table_name, drop_date
            order by table_name, drop_date
            """,
            new { tables = tables.Distinct().ToArray(), DaysRead }, cancellationToken);
        return days.ToLookup(day => day.Table, StringComparer.Ordinal);
    }
}
