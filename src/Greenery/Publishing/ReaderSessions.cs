using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>Who reads the warehouse at the moment, as far as publishing has to mind them.</summary>
internal sealed class ReaderSessions(PostgresWarehouse warehouse)
{
    /// <summary>SQL condition: another session holds a lock on a view of the marts. Every role may see locks.</summary>
    public const string HoldMarts =
        """
        exists (
            select from pg_locks as held
            inner join pg_class as mart_view on mart_view.oid = held.relation
            inner join ops.live on live.mart = mart_view.relnamespace::regnamespace::text and live.model = mart_view.relname
            where held.pid <> pg_backend_pid() and held.granted
                and held.database = (select oid from pg_database where datname = current_database())
        )
        """;

    /// <summary>
    /// Transactions whose snapshot is older than the new versions: they would find the new tables empty. A transaction
    /// that began after <paramref name="since"/> sees them whole. Without <c>pg_monitor</c>, PostgreSQL shows of other
    /// roles' sessions only <c>backend_xmin</c>: when that is old, they count as in the way, whatever they do.
    /// </summary>
    public async Task<IReadOnlyList<string>> WithOlderSnapshotsAsync(
        IReadOnlyList<PlannedModel> plan, DateTime since, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.QueryAsync<string>(
            $"""
            select {LockHolders.Session}
            from pg_stat_activity as activity
            where datname = current_database() and pid <> pg_backend_pid() and usename is not null
                and coalesce(backend_type, 'client backend') = 'client backend'
                and coalesce(xact_start, '-infinity') < @since
                -- A statement by itself has locked all it reads already; it will not look at a view later.
                and not coalesce(state = 'active' and query_start = xact_start, false)
                and age(backend_xmin) >= (select min(age(xmin)) from ops.model_table where table_name = any(@tables))
            """,
            new { since, tables = plan.Select(planned => planned.TableName).ToArray() }, cancellationToken);
    }

    /// <summary>
    /// Transactions other than the publisher's (by its process) that hold locks on views of the marts.
    /// </summary>
    public async Task<IReadOnlyList<string>> WithLocksAsync(int publisher, CancellationToken cancellationToken) =>
        await LockHolders.FindAsync(warehouse, Marts.InOrder, publisher, advisoryKey: null, cancellationToken);
}
