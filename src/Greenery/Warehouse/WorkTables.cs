using System.Globalization;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// Tables that a transaction works with and that are gone when it ends. On a single server they are temporary ones. On
/// a cluster, those that are joined with a distributed table lie on the same nodes, so that no row of that table moves:
/// unlogged tables in a schema that no other session uses meanwhile. Statements name them without a schema.
/// </summary>
internal static class WorkTables
{
    // Two sessions never work in one schema. One is reserved until the pool uses the session for something else.
    private const string Prefix = "greenery_work_";
    private const int Most = 1000;

    /// <summary>
    /// Lets names without a schema mean work tables before any others of the session. On a cluster that is a schema
    /// which is reserved for it, before its transaction: a node does not see what a transaction of the coordinator has
    /// not committed.
    /// </summary>
    public static async Task ReserveAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!Cluster.Has(connection))
        {
            // First by itself, unless a role's own path has it elsewhere.
            await connection.ExecuteAsync(
                """
                select set_config(
                    'search_path', concat_ws(', ', 'pg_temp', nullif(current_setting('search_path'), '')), false)
                """, null, cancellationToken);
            return;
        }
        for (var place = 1; place <= Most; place++)
        {
            var schema = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{place}");
            if (await connection.ExecuteScalarAsync<bool>(
                "select pg_try_advisory_lock(hashtextextended(current_database() || @schema, 0))", new { schema },
                cancellationToken))
            {
                await connection.ExecuteAsync(
                    $"create schema if not exists {schema}; set search_path to {schema}", null, cancellationToken);
                return;
            }
        }
        throw new InfrastructureException(
            $"{Most} sessions work in this database at the same time, more than it has schemas {Prefix}1 to "
            + $"{Prefix}{Most} for. End some of them.");
    }

    /// <summary>A search path that finds the session's work tables first.</summary>
    public static async Task<string> PathAsync(
        NpgsqlConnection connection, string path, CancellationToken cancellationToken) =>
        Cluster.Has(connection)
            && await connection.ExecuteScalarAsync<string>("select current_schema()", null, cancellationToken) is
                { } schema && schema.StartsWith(Prefix, StringComparison.Ordinal)
            ? $"{schema}, {path}" : path;

    /// <summary>Creates a table.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="name">Without schema.</param>
    /// <param name="columns">Their definitions.</param>
    /// <param name="distribution">As of the tables that it is joined with; null when these are on the coordinator.
    /// </param>
    /// <param name="beside">One of these tables, quoted, with its schema.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    public static Task CreateAsync(
        NpgsqlConnection connection, string name, string columns, Distribution? distribution, string? beside,
        CancellationToken cancellationToken) =>
        Cluster.Spreads(connection, distribution)
            ? PlaceAsync(
                connection, name, $"create unlogged table {name} ({columns})", distribution, beside, cancellationToken)
            : connection.ExecuteAsync(
                $"create temporary table {name} ({columns}) on commit drop", null, cancellationToken);

    /// <summary>Creates a table with the columns of a select and no row.</summary>
    /// <inheritdoc cref="CreateAsync" path="/param"/>
    public static Task CreateEmptyAsync(
        NpgsqlConnection connection, string name, string select, Distribution? distribution, string? beside,
        CancellationToken cancellationToken) =>
        Cluster.Spreads(connection, distribution)
            ? PlaceAsync(
                connection, name, $"create unlogged table {name} as\n{select}\nwith no data", distribution, beside,
                cancellationToken)
            : connection.ExecuteAsync(
                $"create temporary table {name} on commit drop as\n{select}\nwith no data", null, cancellationToken);

    /// <summary>Creates a table with the rows of a select.</summary>
    /// <inheritdoc cref="CreateAsync" path="/param"/>
    /// <returns>How many rows it has.</returns>
    public static async Task<long> CreateAsAsync(
        NpgsqlConnection connection, string name, string select, Distribution? distribution, string? beside,
        CancellationToken cancellationToken)
    {
        if (!Cluster.Spreads(connection, distribution))
        {
            return await connection.CreateTableAsync(
                $"create temporary table {name} on commit drop as\n{select}", cancellationToken);
        }
        await CreateEmptyAsync(connection, name, select, distribution, beside, cancellationToken);
        return await connection.CreateTableAsync($"insert into {name}\n{select}", cancellationToken);
    }

    /// <summary>Drops the session's tables, as the last thing before the commit. Temporary ones go by themselves.
    /// </summary>
    public static async Task DropAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!Cluster.Has(connection))
        {
            return;
        }
        var tables = await connection.ExecuteScalarAsync<string>(
            """
            select string_agg(format('%I.%I', current_schema(), relname), ', ') from pg_class
            where relnamespace = current_schema()::regnamespace and relkind = 'r' and starts_with(current_schema(), @Prefix)
            """, new { Prefix }, cancellationToken);
        if (tables is not null)
        {
            await connection.ExecuteAsync($"drop table {tables}", null, cancellationToken);
        }
    }

    private static async Task PlaceAsync(
        NpgsqlConnection connection, string name, string create, Distribution? distribution, string? beside,
        CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(create, null, cancellationToken);
        await Cluster.PlaceAsync(connection, name, distribution, beside, cancellationToken);
    }
}
