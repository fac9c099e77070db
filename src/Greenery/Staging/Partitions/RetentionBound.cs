using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Partitions;

/// <summary>
/// From which day on the rows of a table are kept. Counted back from the table's newest drop, and not from today:
/// history that is loaded years later keeps its rows, and so does a table whose drops have ceased. A drop that is dated
/// ahead of the clock counts as today's.
/// </summary>
internal static class RetentionBound
{
    /// <summary>The day, the first one of a partition; null when all rows are kept, or there is no drop.</summary>
    /// <param name="connection">Any.</param>
    /// <param name="table">The contract.</param>
    /// <param name="runId">The run at hand, whose drops count as if they were loaded; 0 for none.</param>
    /// <param name="newest">The date of a drop that counts as well; null for none.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<DateOnly?> ReadAsync(
        NpgsqlConnection connection, SourceTable table, long runId, DateOnly? newest,
        CancellationToken cancellationToken) => table is not { Keep: { } keep, Partition: { } rule } ? null
        : await connection.ExecuteScalarAsync<DateOnly?>(
            """
            select date_trunc(@UnitName, least((now() at time zone 'UTC')::date, newest)::timestamp - @keep::interval)::date
            from (
                select greatest(max(d.drop_date), @newest::date) as newest
                from ops.drop as d
                where d.table_name = @Name and (
                    d.state in ('loaded', 'same_content')
                    or exists (
                        select from ops.run_drop as r
                        where r.run_id = @runId and r.drop_id = d.drop_id and r.outcome is null
                    )
                )
            ) as drops
            """,
            new { rule.UnitName, keep = keep.ToString(), newest, table.Name, runId }, cancellationToken);
}
