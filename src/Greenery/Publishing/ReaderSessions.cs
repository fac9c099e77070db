using Greenery.Models;
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
    /// Transactions whose snapshot is older than what views are to show alone: they would find it empty. A transaction
    /// that began after <paramref name="since"/> sees it whole. Without <c>pg_monitor</c>, PostgreSQL shows of other
    /// roles' sessions only <c>backend_xmin</c>: when that is old, they count as in the way, whatever they do.
    /// </summary>
    /// <param name="tables">Tables that views show which hold one version.</param>
    /// <param name="models">Models whose views lose the older version where they hold two.</param>
    /// <param name="since">By the database's clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<string>> WithOlderSnapshotsAsync(
        IEnumerable<string> tables, IEnumerable<string> models, DateTime since, CancellationToken cancellationToken)
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
                and age(backend_xmin) >= (
                    select min(age(written.xmin)) from (
                        select xmin from ops.model_table where table_name = any(@tables)
                        union all
                        select xmin from ops.live where model = any(@models) and {VersionSwitch.HoldsTwo}
                    ) as written (xmin))
            """,
            new { since, tables = tables.ToArray(), models = models.ToArray() }, cancellationToken);
    }

    /// <summary>
    /// Transactions other than the publisher's (by its process) that hold locks in the marts.
    /// </summary>
    public async Task<IReadOnlyList<string>> WithLocksAsync(
        Marts marts, int publisher, CancellationToken cancellationToken) =>
        await LockHolders.FindAsync(warehouse, marts.InOrder, publisher, advisoryKey: null, cancellationToken);
}
