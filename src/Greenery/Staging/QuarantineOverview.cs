using Greenery.Warehouse;

namespace Greenery.Staging;

/// <summary>What is in quarantine, for people.</summary>
public sealed class QuarantineOverview(PostgresWarehouse warehouse)
{
    /// <summary>Groups by drop, column and rule, newest drops first; each with its first row as the example.</summary>
    /// <param name="dropId">Only this drop; null for all.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<QuarantineGroup>> ReadAsync(long? dropId, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.ListAsync<QuarantineGroup>(
            """
            select distinct on (d.drop_date, d.path collate "C", d.drop_id, q.rule, q.column_name)
                d.drop_id as DropId,
                d.path,
                d.table_name as "Table",
                q.rule,
                q.column_name as "Column",
                count(*) over (partition by d.drop_id, q.rule, q.column_name) as Rows,
                q.line,
                q.message,
                q.raw
            from ops.quarantine as q
            inner join ops.drop as d on q.drop_id = d.drop_id
            where @dropId::bigint is null or d.drop_id = @dropId
            order by d.drop_date desc, d.path collate "C", d.drop_id, q.rule, q.column_name, q.line
            """,
            new { dropId },
            cancellationToken);
    }
}
