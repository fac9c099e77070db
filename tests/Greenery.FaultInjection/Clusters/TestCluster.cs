using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection.Clusters;

/// <summary>
/// The cluster (Citus) that <c>GREENERY_TEST_CITUS</c> leads to: the connection string of a superuser to a database of
/// the coordinator that has the extension and the nodes. Databases of tests are made on all of them.
/// </summary>
internal sealed class TestCluster
{
    private readonly IReadOnlyList<TestNode> _nodes;

    private TestCluster(string server, IReadOnlyList<TestNode> nodes) => (Server, _nodes) = (server, nodes);

    /// <summary>The setting; null when there is no cluster.</summary>
    public static string? Setting => Environment.GetEnvironmentVariable("GREENERY_TEST_CITUS");

    /// <summary>The coordinator's connection string.</summary>
    public string Server { get; }

    public TestNode Coordinator => _nodes.First(node => node.IsCoordinator);

    /// <summary>The nodes that have the rows: the coordinator itself where it is the only one.</summary>
    public IReadOnlyList<TestNode> Workers =>
        _nodes.Count == 1 ? _nodes : [.. _nodes.Where(node => !node.IsCoordinator)];

    /// <param name="server">Another connection string than <see cref="Setting"/>.</param>
    public static async Task<TestCluster> ConnectAsync(string? server = null)
    {
        server ??= Setting!;
        // Not pooled: fault injection lets the coordinator crash, which ends what waits in a pool.
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        var nodes = await connection.QueryAsync<(string Host, int Port, bool IsCoordinator)>(
            "select nodename, nodeport, groupid = 0 from pg_dist_node where isactive order by groupid", null, default);
        return new TestCluster(
            server, [.. nodes.Select(node => new TestNode(node.Host, node.Port, node.IsCoordinator))]);
    }

    /// <summary>Makes a database on all nodes.</summary>
    public async Task CreateAsync(string database)
    {
        await ExecuteAsync(null, $"create database {database}");
        await ExecuteAsync(database, "create extension citus");
        var add = string.Join("; ", _nodes.Select(node => node.IsCoordinator
            ? $"select citus_set_coordinator_host('{node.Host}', {node.Port})"
            : $"select citus_add_node('{node.Host}', {node.Port})"));
        await using var connection = await OpenAsync(Coordinator, database);
        await connection.ExecuteAsync(add, null, default);
        if (_nodes.Count == 1)
        {
            await connection.ExecuteAsync(
                $"select citus_set_node_property('{Coordinator.Host}', {Coordinator.Port}, 'shouldhaveshards', true)",
                null, default);
        }
    }

    /// <summary>Drops it again.</summary>
    public Task DropAsync(string database) =>
        ExecuteAsync(null, $"drop database if exists {database} with (force)");

    /// <summary>Executes statements on every node, the coordinator first.</summary>
    /// <param name="database">Null for the server's own, <c>postgres</c>.</param>
    /// <param name="sql">The statements.</param>
    public async Task ExecuteAsync(string? database, string sql)
    {
        foreach (var node in _nodes)
        {
            await using var connection = await OpenAsync(node, database);
            await connection.ExecuteAsync(sql, null, default);
        }
    }

    /// <summary>A session of a node's own.</summary>
    public async Task<NpgsqlConnection> OpenAsync(TestNode node, string? database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Server)
        {
            Host = node.Host, Port = node.Port, Database = database ?? "postgres", Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
