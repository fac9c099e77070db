using Npgsql;

namespace Greenery.Warehouse;

/// <summary>Whose transactions hold locks.</summary>
internal static class LockHolders
{
    /// <summary>SQL: a session of <c>pg_stat_activity as activity</c>, for people.</summary>
    public const string Session =
        """
        case
            when state is null
                then format('process %s, of another role (%s; grant pg_monitor to see more)', activity.pid, usename)
            else format('process %s (%s%s) %s: %s', activity.pid, usename,
                case when application_name = '' then '' else ', ' || application_name end,
                coalesce('in a transaction since ' || to_char(xact_start at time zone 'utc', 'HH24:MI:SS') || ' UTC',
                    'idle since ' || to_char(state_change at time zone 'utc', 'HH24:MI:SS') || ' UTC'),
                left(regexp_replace(query, '\s+', ' ', 'g'), 80))
        end
        """;

    /// <summary>Transactions that hold locks on relations of schemas.</summary>
    /// <param name="warehouse">The database.</param>
    /// <param name="schemas">Names of schemas.</param>
    /// <param name="except">The process that waits.</param>
    /// <param name="advisoryKey">An advisory lock that counts as well; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<List<string>> FindAsync(
        PostgresWarehouse warehouse, IEnumerable<string> schemas, int except, long? advisoryKey,
        CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await FindAsync(connection, schemas, except, advisoryKey, cancellationToken);
    }

    /// <summary>As above, on a connection.</summary>
    public static Task<List<string>> FindAsync(
        NpgsqlConnection connection, IEnumerable<string> schemas, int except, long? advisoryKey,
        CancellationToken cancellationToken) =>
        connection.QueryAsync<string>(
            $"""
            select distinct {Session}
            from pg_locks
            left join pg_class on pg_class.oid = pg_locks.relation
            join pg_stat_activity as activity on activity.pid = pg_locks.pid
            where granted and activity.pid not in (pg_backend_pid(), @except)
                and database = (select oid from pg_database where datname = current_database())
                and (relnamespace::regnamespace::text = any(@schemas)
                    or (locktype = 'advisory' and (classid::bigint << 32) | objid::bigint = @advisoryKey))
            """,
            new { schemas = schemas.ToArray(), except, advisoryKey }, cancellationToken);

    /// <summary>In one line, for people.</summary>
    public static string List(List<string> holders) =>
        holders.Count == 0 ? "transactions that ended by now" : string.Join("; ", holders);
}
