using System.Diagnostics;
using System.Text.Json;
using Greenery.FaultInjection.Clusters;
using Greenery.LocalServices;

namespace Greenery.FaultInjection;

/// <summary>
/// The services of the fault injection, which it may restart: a PostgreSQL of its own or a cluster, and an Azurite of
/// its own, with a supervisor of its own.
/// </summary>
internal sealed class DisturbedServices : IAsyncDisposable
{
    private readonly LocalServicesOptions _storageOptions;
    private LocalEnvironment _storage;

    private DisturbedServices(
        DisturbedServer database, LocalServicesOptions storageOptions, LocalEnvironment storage, string address) =>
        (Database, _storageOptions, _storage, Storage) = (database, storageOptions, storage, address);

    /// <summary>The server of the databases.</summary>
    public DisturbedServer Database { get; }

    /// <summary>The storage connection string.</summary>
    public string Storage { get; }

    /// <param name="folder">For all that lies on disk.</param>
    /// <param name="options">Where local services come from.</param>
    /// <param name="cluster">A cluster's connection string; null for a PostgreSQL of its own.</param>
    public static async Task<DisturbedServices> StartAsync(
        string folder, LocalServicesOptions options, string? cluster = null)
    {
        DisturbedServer database = cluster is null
            ? await LocalServer.StartAsync(
                options with { DataRoot = Path.Combine(folder, "database"), IsThrowAway = true })
            : await ClusterServer.OpenAsync(cluster);
        // Not to be thrown away: it has to come back with the drops.
        var storageOptions = options with { DataRoot = Path.Combine(folder, "storage"), IsThrowAway = false };
        var storage = await LocalEnvironment.StartAsync(storageOptions, null, default);
        return new DisturbedServices(database, storageOptions, storage, await storage.DropsAsync(default));
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
        if (await _storage.DropsAsync(default) != Storage)
        {
            throw new InvalidOperationException(
                "Azurite has not come back at its address; another program has taken the port.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _storage.DisposeAsync();
    }
}
