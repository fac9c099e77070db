using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// What is special about a database that is a cluster of several servers (Citus): tables with a
/// <see cref="Distribution"/> lie on its nodes, all others, the ledgers among them, on the coordinator. On a single
/// server everything here does nothing.
/// </summary>
internal static class Cluster
{
    /// <summary>The oldest version of Citus supported.</summary>
    public const int OldestMajorVersion = 13;

    // Citus looks for them once a minute (citus.recover_2pc_interval).
    private static readonly TimeSpan CommitPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan CommitPause = TimeSpan.FromMilliseconds(250);

    /// <summary>The most that a reference table is to have: every node writes and keeps all of it.</summary>
    public const long MostReferenceBytes = 10L << 30;

    /// <summary>The extension that makes a database a cluster.</summary>
    public const string Extension = "citus";

    /// <summary>
    /// What every connection asks for. As options, since a pool that cleans a session resets it to these. The node that
    /// is the coordinator too is written to like any other, or a transaction could not use both ways;
    /// <c>set local</c> has to reach the nodes, where the work is done; and a join that no node can do by itself moves
    /// rows between them instead of being refused.
    /// </summary>
    public const string Options = "-c citus.enable_local_execution=off -c citus.propagate_set_commands=local "
        + "-c citus.enable_repartition_joins=on";

    /// <summary>
    /// A statement before those of a transaction that create or replace views: a view is read on the coordinator alone,
    /// and making it on all nodes as well would hold up readers. One without effect on a single server.
    /// </summary>
    public static string ViewsOnly(NpgsqlConnection connection) =>
        Has(connection) ? "set local citus.enable_ddl_propagation = off" : "select";

    /// <summary>A statement before those that change tables or grants, which the nodes have to follow.</summary>
    public static string WithTables(NpgsqlConnection connection) =>
        Has(connection) ? "set local citus.enable_ddl_propagation = on" : "select";

    /// <summary>
    /// Whether a connection leads to a cluster; it has to be one that <see cref="PostgresWarehouse"/> opened.
    /// </summary>
    public static bool Has(NpgsqlConnection connection) =>
        connection.ConnectionString.Contains(Options, StringComparison.Ordinal);

    /// <summary>The version of Citus in the database; null when it has none.</summary>
    public static async Task<string?> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<string>(
            "select extversion from pg_extension where extname = @Extension", new { Extension }, cancellationToken);

    /// <summary>Whether the settings of <see cref="Options"/> have come to the server.</summary>
    public static Task<bool> IsSetAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            """
            select current_setting('citus.enable_local_execution', true) = 'off'
                and current_setting('citus.propagate_set_commands', true) = 'local'
                and current_setting('citus.enable_repartition_joins', true) = 'on'
            """, null, cancellationToken);

    /// <summary>Whether a version of Citus is too old.</summary>
    public static bool IsTooOld(string version) =>
        int.Parse(version.Split('.', '-')[0], CultureInfo.InvariantCulture) < OldestMajorVersion;

    /// <summary>Where the rows of a table are; null for the coordinator, and on a single server.</summary>
    /// <param name="connection">Any.</param>
    /// <param name="table">Quoted, with its schema; there may be none.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<Distribution?> FindAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        if (!Has(connection))
        {
            return null;
        }
        var found = await connection.QueryFirstOrDefaultAsync<(char? Method, string? Column)>(
            """
            select partmethod, column_to_column_name(logicalrelid, partkey)
            from pg_dist_partition
            where logicalrelid = to_regclass(@table)
            """, new { table }, cancellationToken);
        return Of(found.Method, found.Column);
    }

    /// <summary>Where the tables of a schema are that are not on the coordinator alone, by name; none on a single
    /// server.</summary>
    public static async Task<IReadOnlyDictionary<string, Distribution>> FindAllAsync(
        NpgsqlConnection connection, string schema, CancellationToken cancellationToken) =>
        !Has(connection) ? new Dictionary<string, Distribution>()
            : (await connection.QueryAsync<(string Table, char? Method, string? Column)>(
                """
                select relname::text, partmethod, column_to_column_name(logicalrelid, partkey)
                from pg_dist_partition
                inner join pg_class on oid = logicalrelid
                where relnamespace = to_regnamespace(@schema)
                """, new { schema }, cancellationToken))
            .Select(found => (found.Table, Place: Of(found.Method, found.Column)))
            .Where(found => found.Place is not null)
            .ToDictionary(found => found.Table, found => found.Place!, StringComparer.Ordinal);

    // As pg_dist_partition has it.
    private static Distribution? Of(char? method, string? column) => (method, column) switch
    {
        ('h', { }) => new Distribution(column),
        ('n', _) => Distribution.Reference,
        _ => null,
    };

    /// <summary>
    /// Puts a table where it is to be, with the rows that it has; nothing where it is there already, and on a single
    /// server.
    /// </summary>
    /// <param name="connection">In a transaction that may change the table.</param>
    /// <param name="table">Quoted, with its schema.</param>
    /// <param name="distribution">Where it is to be; null for the coordinator.</param>
    /// <param name="beside">
    /// A table whose rows with the same value are to be on the same node; null for any of the same type. A reference
    /// table is on all nodes, whatever it is beside.
    /// </param>
    /// <param name="cancellationToken">Stops the statements.</param>
    public static async Task PlaceAsync(
        NpgsqlConnection connection, string table, Distribution? distribution, string? beside,
        CancellationToken cancellationToken)
    {
        if (await MoveAsync(connection, table, distribution, beside, cancellationToken))
        {
            await ForgetLocalRowsAsync(connection, table, cancellationToken);
        }
    }

    /// <summary>
    /// As <see cref="PlaceAsync"/>, but what the coordinator had of the table stays on its disk, where nothing reads it
    /// any more. Who reads the table meanwhile is not waited for.
    /// </summary>
    /// <inheritdoc cref="PlaceAsync" path="/param"/>
    /// <returns>Whether rows that stay may be there: <see cref="ForgetLocalRowsAsync"/>.</returns>
    public static async Task<bool> MoveAsync(
        NpgsqlConnection connection, string table, Distribution? distribution, string? beside,
        CancellationToken cancellationToken)
    {
        var found = await FindAsync(connection, table, cancellationToken);
        if (found == distribution || !Has(connection))
        {
            return false;
        }
        if (found is not null)
        {
            await BringBackAsync(connection, table, cancellationToken);
        }
        if (distribution is null)
        {
            return false;
        }
        await connection.ExecuteAsync(
            distribution.IsReference
                ? "select create_reference_table(@table)"
                : "select create_distributed_table(@table, @Column, colocate_with => coalesce(@beside, 'default'))",
            new { table, distribution.Column, beside }, cancellationToken);
        return true;
    }

    // Citus makes views on the table anew, without what was granted and said of them.
    private static async Task BringBackAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        var extras = await connection.QueryAsync<string>(
            """
            with recursive dependent as (
                select to_regclass(@table)::oid as oid
                union
                select ev_class from dependent
                inner join pg_depend on refobjid = dependent.oid and refclassid = 'pg_class'::regclass
                    and classid = 'pg_rewrite'::regclass
                inner join pg_rewrite on pg_rewrite.oid = objid
            ),

            named as (
                select
                    pg_class.oid, format('%I.%I', nspname, relname) as name, relacl, relowner,
                    case relkind when 'v' then 'view' else 'table' end as kind
                from dependent
                inner join pg_class on pg_class.oid = dependent.oid
                inner join pg_namespace on pg_namespace.oid = relnamespace
            ),

            granted as (
                select name, relowner, '' as of_column, relacl as acl from named
                union all
                select name, relowner, format(' (%I)', attname), attacl from named
                inner join pg_attribute on attrelid = named.oid where attacl is not null
            )

            select format('comment on %s %s is %L', kind, name, obj_description(oid, 'pg_class'))
            from named where obj_description(oid, 'pg_class') is not null
            union all
            select format('comment on column %s.%I is %L', name, attname, col_description(named.oid, attnum))
            from named
            inner join pg_attribute on attrelid = named.oid and attnum > 0
            where col_description(named.oid, attnum) is not null
            union all
            select format('grant %s%s on %s to %s%s', privilege_type, of_column, name,
                case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
                case when is_grantable then ' with grant option' else '' end)
            from granted
            cross join aclexplode(acl)
            where grantee <> relowner
            """, new { table }, cancellationToken);
        await connection.ExecuteAsync("select undistribute_table(@table)", new { table }, cancellationToken);
        foreach (var extra in extras)
        {
            await connection.ExecuteAsync(extra, null, cancellationToken);
        }
    }

    /// <summary>
    /// What is wrong with a table that is to become a reference table; null where it is small enough.
    /// </summary>
    /// <param name="connection">Of a cluster.</param>
    /// <param name="table">Quoted, with its schema; there may be none.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<string?> TooLargeAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        var bytes = await connection.ExecuteScalarAsync<long>(
            $"""
            select coalesce(case
                when exists (select from pg_dist_partition where logicalrelid = to_regclass(@table))
                    then citus_total_relation_size(to_regclass(@table), fail_on_error := false)
                else {TableSizes.BytesOf("to_regclass(@table)")}
            end, 0)::bigint
            """, new { table }, cancellationToken);
        return bytes <= MostReferenceBytes ? null : string.Create(
            CultureInfo.InvariantCulture, $"has {bytes >> 30} GB and is to be a reference table, which every node ")
            + $"writes and keeps; expected at most {MostReferenceBytes >> 30} GB. Distribute it by a column (config: "
            + "{distributed_by: COLUMN}).";
    }

    /// <summary>Frees what the coordinator still has of a table whose rows are on the nodes.</summary>
    /// <param name="connection">In a transaction that waits for those who read the table.</param>
    /// <param name="table">Quoted, with its schema.</param>
    /// <param name="cancellationToken">Stops the statement.</param>
    public static Task ForgetLocalRowsAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            "select truncate_local_data_after_distributing_table(@table)", new { table }, cancellationToken);

    /// <summary>Whether there is anything that <see cref="ForgetLocalRowsAsync"/> would free.</summary>
    public static Task<bool> HasLocalRowsAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            """
            select sum(pg_relation_size(oid)) > 0
            from (
                select to_regclass(@table) as oid union select relid from pg_partition_tree(to_regclass(@table))
            ) as part
            where exists (select from pg_dist_partition where logicalrelid = to_regclass(@table))
            """, new { table }, cancellationToken);

    /// <summary>Creates a table with the rows of a select.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="table">The new table, quoted, with its schema.</param>
    /// <param name="select">Its rows.</param>
    /// <param name="distribution">Where it is to be; null for the coordinator.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    /// <param name="options">What follows its name in the statement: <c>with (...)</c>.</param>
    /// <returns>How many rows it has.</returns>
    public static async Task<long> CreateTableAsync(
        NpgsqlConnection connection, string table, string select, Distribution? distribution,
        CancellationToken cancellationToken, string options = "")
    {
        if (!Spreads(connection, distribution))
        {
            return await connection.CreateTableAsync(
                $"create table {table} {options} as\n{select}", cancellationToken);
        }
        await connection.ExecuteAsync(
            $"create table {table} {options} as\n{select}\nwith no data", null, cancellationToken);
        await PlaceAsync(connection, table, distribution, beside: null, cancellationToken);
        return await connection.CreateTableAsync($"insert into {table}\n{select}", cancellationToken);
    }

    /// <summary>
    /// Whether a distributed table has rows where its column does not place them; never on a single server. Citus 13
    /// makes such rows when it leaves a union to the nodes of which one part is read through a view and distributed by
    /// another column: each was then computed from a part of its inputs.
    /// </summary>
    /// <param name="connection">In the transaction that wrote them.</param>
    /// <param name="table">As statements of the transaction name it.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<bool> HasMisplacedRowsAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        await FindAsync(connection, table, cancellationToken) is { Column: { } column }
        && await connection.ExecuteScalarAsync<bool>(
            $"""
            with found as (
                select tableoid::regclass::text as shard, min(worker_hash({SqlText.Name(column)})) as least,
                    max(worker_hash({SqlText.Name(column)})) as most
                from {table}
                group by 1
            )

            select count(*) > 0
            from found
            inner join pg_dist_shard as s on s.shardid = substring(found.shard from '([0-9]+)"?$')::bigint
            where found.least < s.shardminvalue::integer or found.most > s.shardmaxvalue::integer
            """, null, cancellationToken);

    /// <summary>
    /// Waits until what was committed before is to be seen. A node that breaks off while a transaction commits keeps
    /// its part prepared, and invisible, until the coordinator ends it, which it does once a minute; meanwhile the
    /// coordinator takes it for committed.
    /// </summary>
    /// <exception cref="InfrastructureException">A node still has such a part, or is not reached.</exception>
    public static async Task AwaitCommitsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!Has(connection))
        {
            return;
        }
        var start = Stopwatch.GetTimestamp();
        var open = await UnfinishedAsync(connection, cancellationToken);
        while (open.Count > 0)
        {
            if (Stopwatch.GetElapsedTime(start) > CommitPatience)
            {
                throw new InfrastructureException(
                    $"Nodes of the cluster are not as the coordinator has them: {string.Join("; ", open)}. See whether "
                    + "they are well (select * from citus_check_cluster_node_health()); the next run goes on.",
                    new TimeoutException());
            }
            await Task.Delay(CommitPause, cancellationToken);
            // Those of other transactions come and go.
            open.IntersectWith(await UnfinishedAsync(connection, cancellationToken));
        }
    }

    private static async Task<HashSet<string>> UnfinishedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<string>(
            """
            select format('%s:%s %s', nodename, nodeport,
                case when success then format('has not committed %s', gid) else 'is not reached' end)
            from run_command_on_all_nodes(
                $$select string_agg(gid, ',') from pg_prepared_xacts
                where database = current_database() and gid like 'citus\_%'$$)
            inner join pg_dist_node using (nodeid)
            cross join lateral unnest(case when success then string_to_array(result, ',') else array[''] end) as gid
            """, null, cancellationToken)];

    /// <summary>Whether a table with this distribution lies on nodes of its own.</summary>
    public static bool Spreads(NpgsqlConnection connection, Distribution? distribution) =>
        distribution is not null && Has(connection);
}
