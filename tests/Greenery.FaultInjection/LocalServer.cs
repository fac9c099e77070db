using System.Globalization;
using Greenery.LocalServices;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>A PostgreSQL of the session's own, with a supervisor of its own.</summary>
internal sealed class LocalServer : DisturbedServer
{
    private readonly LocalServicesOptions _options;
    private readonly LocalEnvironment _environment;
    private readonly string _server;

    private LocalServer(LocalServicesOptions options, LocalEnvironment environment, string server) =>
        (_options, _environment, _server) = (options, environment, server);

    public static async Task<LocalServer> StartAsync(LocalServicesOptions options)
    {
        var environment = await LocalEnvironment.StartAsync(options, null, default);
        var server = new LocalServer(options, environment, await environment.WarehouseAsync(default));
        await server.FsyncAsync();
        return server;
    }

    public override string Of(string database) =>
        new NpgsqlConnectionStringBuilder(_server) { Database = database }.ConnectionString;

    public override Task CreateAsync(string database) => ExecuteAsync($"create database {database}");

    public override Task DropAsync(string database) => ExecuteAsync($"drop database {database} with (force)");

    public override Task DisturbAsync(DisturbanceKind kind, string database) => kind switch
    {
        DisturbanceKind.RestartFast => RestartAsync(() => StopAsync("INT"), AnswerAsync),
        DisturbanceKind.RestartImmediate => RestartAsync(() => StopAsync("QUIT"), AnswerAsync),
        _ => throw new InvalidOperationException($"{kind} is nothing that can be done to one server."),
    };

    public override ValueTask DisposeAsync() => _environment.DisposeAsync();

    private async Task StopAsync(string signal)
    {
        var pidFile = Path.Combine(_options.DataRoot, "services", "postgres", "postmaster.pid");
        var pid = int.Parse((await File.ReadAllLinesAsync(pidFile))[0], CultureInfo.InvariantCulture);
        await ProcessSignal.SendAsync(signal, pid);
        while (ProcessSignal.IsAlive(pid))
        {
            await Task.Delay(20);
        }
    }

    // The supervisor starts it when a user asks, but may not have seen yet that the old one is gone.
    private async Task AnswerAsync()
    {
        if (await _environment.WarehouseAsync(default) != _server)
        {
            throw new InvalidOperationException(
                "PostgreSQL has not come back at its address; another program has taken the port.");
        }
        await using var connection = await ConnectAsync("postgres");
    }

    // The default of PostgreSQL. The local services turn it off, so that a crash may lose the latest commits, on which
    // a run that survives the crash relies.
    private async Task FsyncAsync()
    {
        await ExecuteAsync("alter system set synchronous_commit = on");
        await ExecuteAsync("select pg_reload_conf()");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync("postgres");
        await connection.ExecuteAsync(sql, null, default);
    }
}
