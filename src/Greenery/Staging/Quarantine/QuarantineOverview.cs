using Greenery.Drops;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Quarantine;

/// <summary>What is in quarantine, for people.</summary>
public sealed class QuarantineOverview(PostgresWarehouse warehouse)
{
    /// <summary>Groups by drop, column and rule, newest drops first; each with its first row as the example.</summary>
    /// <param name="path">Only the drop of this path; null for all.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ConfigurationException">There is no drop of that path.</exception>
    public async Task<IReadOnlyList<QuarantineGroup>> ReadAsync(string? path, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await EnsureKnownAsync(connection, path, cancellationToken);
        return await connection.QueryAsync<QuarantineGroup>(
            """
            select distinct on (d.drop_date, d.sort_key, d.drop_id, q.rule, q.column_name)
                d.drop_id as DropId,
                d.path,
                d.table_name as table,
                q.rule,
                q.column_name as column,
                count(*) over (partition by d.drop_id, q.rule, q.column_name) as Rows,
                q.line,
                q.message,
                q.raw
            from ops.quarantine as q
            inner join ops.drop as d on q.drop_id = d.drop_id
            where @path::text is null or d.path = @path
            order by d.drop_date desc, d.sort_key, d.drop_id, q.rule, q.column_name, q.line
            """,
            new { path },
            cancellationToken);
    }

    /// <exception cref="ConfigurationException">There is no drop of that path.</exception>
    internal static async Task EnsureKnownAsync(
        NpgsqlConnection connection, string? path, CancellationToken cancellationToken)
    {
        var isKnown = path is null || await connection.ExecuteScalarAsync<bool>(
            "select exists (select from ops.drop where path = @path)", new { path }, cancellationToken);
        if (!isKnown)
        {
            throw new ConfigurationException(
                path!, $"is no drop that was ever seen; expected a path as the drops have it, {DropName.Form}.");
        }
    }
}
