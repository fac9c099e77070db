using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection.Clusters;

/// <summary>
/// The cluster (Citus) that <c>GREENERY_TEST_CITUS</c> leads to: the connection string of a superuser to a database of
/// the coordinator that has the extension and the nodes. Databases of tests are made on all of them.
/// </summary>
internal sealed class TestCluster
{
    private readonly IReadOnlyList<(string Host, int Port, bool IsCoordinator)> _nodes;

    private TestCluster(string server, IReadOnlyList<(string, int, bool)> nodes) =>
        (Server, _nodes) = (server, nodes);

    /// <summary>The setting; null when there is no cluster.</summary>
    public static string? Setting => Environment.GetEnvironmentVariable("GREENERY_TEST_CITUS");

    /// <summary>The coordinator's connection string.</summary>
    public string Server { get; }

    public static async Task<TestCluster> ConnectAsync()
    {
        await using var connection = new NpgsqlConnection(Setting);
        await connection.OpenAsync();
        var nodes = await connection.QueryAsync<(string, int, bool)>(
            "select nodename, nodeport, groupid = 0 from pg_dist_node where isactive order by groupid", null, default);
        return new TestCluster(Setting!, nodes);
    }

    /// <summary>Makes a database on all nodes.</summary>
    public async Task CreateAsync(string database)
    {
        foreach (var (host, port, _) in _nodes)
        {
            await ExecuteAsync(Of(host, port, null), $"create database {database}");
            await ExecuteAsync(Of(host, port, database), "create extension citus");
        }
        var add = string.Join("; ", _nodes.Select(node => node.IsCoordinator
            ? $"select citus_set_coordinator_host('{node.Host}', {node.Port})"
            : $"select citus_add_node('{node.Host}', {node.Port})"));
        var (coordinator, at, _) = _nodes.First(node => node.IsCoordinator);
        await ExecuteAsync(Of(coordinator, at, database), add);
        if (_nodes.Count == 1)
        {
            await ExecuteAsync(
                Of(coordinator, at, database),
                $"select citus_set_node_property('{coordinator}', {at}, 'shouldhaveshards', true)");
        }
    }

    /// <summary>Drops it again.</summary>
    public async Task DropAsync(string database)
    {
        foreach (var (host, port, _) in _nodes)
        {
            await ExecuteAsync(Of(host, port, null), $"drop database if exists {database} with (force)");
        }
    }

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await connection.ExecuteAsync(sql, null, default);
    }

    private string Of(string host, int port, string? database) => new NpgsqlConnectionStringBuilder(Server)
    {
        Host = host, Port = port, Database = database ?? "postgres", Pooling = false,
    }.ConnectionString;
}
