using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection.Clusters;

/// <summary>A cluster that is reached by SQL alone. Nothing else should use it meanwhile: its nodes crash.</summary>
internal sealed class ClusterServer : DisturbedServer
{
    private readonly TestCluster _cluster;
    // A session that broke off may have left databases.
    private readonly string _prefix = $"greenery_faults_{Guid.NewGuid():n}";
    private readonly HashSet<string> _databases = [];
    private int _turn;

    private ClusterServer(TestCluster cluster) => _cluster = cluster;

    /// <param name="server">As <see cref="TestCluster.Setting"/>.</param>
    public static async Task<ClusterServer> OpenAsync(string server) =>
        new(await TestCluster.ConnectAsync(server));

    public override string Of(string database) =>
        new NpgsqlConnectionStringBuilder(_cluster.Server) { Database = NameOf(database) }.ConnectionString;

    // The default of PostgreSQL, without which a crash may lose the latest commits; and no more shards than the small
    // shop needs, since each takes time.
    public override async Task CreateAsync(string database)
    {
        await _cluster.CreateAsync(NameOf(database));
        _databases.Add(database);
        await _cluster.ExecuteAsync(
            null,
            $"alter database {NameOf(database)} set synchronous_commit = on; "
            + $"alter database {NameOf(database)} set citus.shard_count = 8");
    }

    public override async Task DropAsync(string database)
    {
        // What a crash left prepared keeps its node from dropping the database.
        await using (var connection = await ConnectAsync(database))
        {
            await connection.ExecuteAsync("select recover_prepared_transactions()", null, default);
        }
        await _cluster.DropAsync(NameOf(database));
        _databases.Remove(database);
    }

    // Each node in its turn.
    public override Task DisturbAsync(DisturbanceKind kind, string database) => kind switch
    {
        DisturbanceKind.CutNodes => CutAsync(Next(), database),
        DisturbanceKind.CrashNode => CrashAsync(Next()),
        DisturbanceKind.CrashCoordinator => CrashAsync(_cluster.Coordinator),
        _ => throw new InvalidOperationException($"{kind} is nothing that can be done to a cluster by SQL."),
    };

    public override async ValueTask DisposeAsync()
    {
        foreach (var database in _databases.ToList())
        {
            await DropAsync(database);
        }
    }

    private string NameOf(string database) => $"{_prefix}_{database}";

    private TestNode Next() => _cluster.Workers[_turn++ % _cluster.Workers.Count];

    // Ends the sessions that the coordinator has on a node for those of Greenery.
    private async Task CutAsync(TestNode node, string database)
    {
        await using var coordinator = await ConnectAsync(database);
        var pids = await coordinator.QueryAsync<int>(
            "select pid from pg_stat_activity where datname = current_database() and application_name = 'greenery'",
            null, default);
        await using var connection = await _cluster.OpenAsync(node, NameOf(database));
        // Such a session is named by its coordinator's id times 10^10 and the process that it works for.
        await connection.ExecuteAsync(
            """
            select pg_terminate_backend(pid)
            from pg_stat_activity
            where datname = current_database()
                and substring(application_name from '^citus_internal gpid=([0-9]+)')::bigint % 10000000000 = any(@pids)
            """, new { pids = pids.ToArray() }, default);
    }

    private Task CrashAsync(TestNode node) => RestartAsync(
        () => KillBackendAsync(node),
        async () =>
        {
            await using var connection = await _cluster.OpenAsync(node, null);
        });

    // A backend that is killed may have spoiled the memory that all share: its server ends all others, recovers as
    // after a crash, and takes connections again (restart_after_crash, which is on by default).
    private async Task KillBackendAsync(TestNode node)
    {
        await using var killed = await _cluster.OpenAsync(node, null);
        await using var other = await _cluster.OpenAsync(node, null);
        try
        {
            try
            {
                await other.ExecuteAsync($"copy (select 1) to program 'kill -9 {killed.ProcessID}'", null, default);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InternalError)
            {
                // The row found the program gone, which had done its work.
            }
            // It is ended with the others.
            await other.ExecuteAsync("select pg_sleep(10)", null, default);
        }
        catch (NpgsqlException exception) when (exception.SqlState is null or PostgresErrorCodes.CrashShutdown)
        {
            return;
        }
        throw new InvalidOperationException($"Node {node} has survived that process {killed.ProcessID} was killed.");
    }
}
