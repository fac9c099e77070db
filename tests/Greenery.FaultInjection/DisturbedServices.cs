using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Greenery.LocalServices;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>
/// A PostgreSQL and an Azurite of the fault injection's own, which it may restart. Each has a supervisor of its own.
/// </summary>
internal sealed class DisturbedServices : IAsyncDisposable
{
    private readonly LocalServicesOptions _databaseOptions;
    private readonly LocalServicesOptions _storageOptions;
    private readonly LocalEnvironment _database;
    private LocalEnvironment _storage;
    private volatile bool _isRestarting;
    private volatile int _restarts;

    private DisturbedServices(string folder, LocalServicesOptions options, LocalEnvironment database,
        LocalEnvironment storage)
    {
        (_databaseOptions, _storageOptions) = (DatabaseOptions(folder, options), StorageOptions(folder, options));
        (_database, _storage) = (database, storage);
    }

    /// <summary>The server's connection string.</summary>
    public string Server { get; private set; } = "";

    /// <summary>The storage connection string.</summary>
    public string Storage { get; private set; } = "";

    /// <summary>Whether connections to PostgreSQL are rightly lost at this moment.</summary>
    public bool IsRestarting => _isRestarting;

    /// <summary>How often PostgreSQL was restarted.</summary>
    public int Restarts => _restarts;

    public static async Task<DisturbedServices> StartAsync(string folder, LocalServicesOptions options)
    {
        var services = new DisturbedServices(
            folder, options,
            await LocalEnvironment.StartAsync(DatabaseOptions(folder, options), null, default),
            await LocalEnvironment.StartAsync(StorageOptions(folder, options), null, default));
        services.Server = await services._database.WarehouseAsync(default);
        services.Storage = await services._storage.DropsAsync(default);
        await services.FsyncAsync();
        return services;
    }

    /// <summary>The connection string of a database of the server.</summary>
    public string Of(string database) =>
        new NpgsqlConnectionStringBuilder(Server) { Database = database }.ConnectionString;

    /// <summary>A session that no disturbance but a restart touches.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Of(database))
        {
            Pooling = false, ApplicationName = "fault-injection", CommandTimeout = 120,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Restarts PostgreSQL; returns when it answers again.</summary>
    public async Task RestartDatabaseAsync(bool isImmediate)
    {
        _restarts++;
        _isRestarting = true;
        var pidFile = Path.Combine(_databaseOptions.DataRoot, "services", "postgres", "postmaster.pid");
        var pid = int.Parse((await File.ReadAllLinesAsync(pidFile))[0], CultureInfo.InvariantCulture);
        await ProcessSignal.SendAsync(isImmediate ? "QUIT" : "INT", pid);
        while (ProcessSignal.IsAlive(pid))
        {
            await Task.Delay(20);
        }
        await AwaitDatabaseAsync();
        _isRestarting = false;
    }

    /// <summary>Whether new sessions of a database may only read.</summary>
    public async Task SetReadOnlyAsync(string database, bool isReadOnly)
    {
        await using var connection = await ConnectAsync("postgres");
        await connection.ExecuteAsync($"alter database {database} "
            + (isReadOnly ? "set default_transaction_read_only = on" : "reset default_transaction_read_only"),
            null, default);
    }

    /// <summary>Kills Azurite and starts it again on the same port.</summary>
    public async Task RestartStorageAsync()
    {
        var file = Path.Combine(_storageOptions.DataRoot, "services", "services.json");
        using var address = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        using (var supervisor = Process.GetProcessById(address.RootElement.GetProperty("pid").GetInt32()))
        {
            supervisor.Kill();
            await supervisor.WaitForExitAsync();
        }
        await ReopenStorageAsync();
    }

    /// <summary>Stops Azurite in good order, so that all it knows is on disk, and starts it again.</summary>
    public async Task ReopenStorageAsync()
    {
        await _storage.DisposeAsync();
        _storage = await LocalEnvironment.StartAsync(_storageOptions, null, default);
        var storage = await _storage.DropsAsync(default);
        Expect(storage == Storage, "Azurite has not come back at its address; another program has taken the port.");
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _storage.DisposeAsync();
    }

    // The default of PostgreSQL. The local services turn it off, so that a crash may lose the latest commits, on which
    // a run that survives the crash relies.
    private async Task FsyncAsync()
    {
        await using var connection = await ConnectAsync("postgres");
        await connection.ExecuteAsync("alter system set synchronous_commit = on", null, default);
        await connection.ExecuteAsync("select pg_reload_conf()", null, default);
    }

    // The supervisor starts it when a user asks, but may not have seen yet that the old one is gone.
    private async Task AwaitDatabaseAsync()
    {
        for (var patience = Stopwatch.StartNew(); ;)
        {
            try
            {
                var server = await _database.WarehouseAsync(default);
                Expect(server == Server,
                    "PostgreSQL has not come back at its address; another program has taken the port.");
                await using var connection = await ConnectAsync("postgres");
                return;
            }
            catch (Exception exception) when (
                exception is NpgsqlException or InfrastructureException && patience.Elapsed < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(50);
            }
        }
    }

    private static LocalServicesOptions DatabaseOptions(string folder, LocalServicesOptions options) =>
        options with { DataRoot = Path.Combine(folder, "database"), IsThrowAway = true };

    // Not to be thrown away: it has to come back with the drops.
    private static LocalServicesOptions StorageOptions(string folder, LocalServicesOptions options) =>
        options with { DataRoot = Path.Combine(folder, "storage"), IsThrowAway = false };

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
