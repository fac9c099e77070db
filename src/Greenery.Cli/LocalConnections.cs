using Greenery.Cli.Output;
using Greenery.Drops;
using Greenery.Hosting;
using Greenery.LocalServices;

namespace Greenery.Cli;

/// <summary>
/// What the settings name; where a setting is missing, the local service in its place, for as long as this object
/// lives. Services that have ended are started again by the next that asks.
/// </summary>
internal sealed class LocalConnections(GreenerySettings settings, Terminal terminal) : IConnections, IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private LocalEnvironment? _services;
    private bool _isWarehouseUsed;
    private bool _isStorageUsed;
    private bool _isHostStorageUsed;

    public async Task<string> WarehouseAsync(CancellationToken cancellationToken)
    {
        if (settings.Warehouse is { } warehouse)
        {
            return warehouse;
        }
        _isWarehouseUsed = true;
        return await (await ServicesAsync(cancellationToken)).WarehouseAsync(cancellationToken);
    }

    /// <summary>The setting, or the local storage's, whose container is made if it is not there yet.</summary>
    public async Task<string> DropsAsync(CancellationToken cancellationToken)
    {
        if (settings.Drops is { } drops)
        {
            return drops;
        }
        var local = await (await ServicesAsync(cancellationToken)).DropsAsync(cancellationToken);
        await DropStores.EnsureContainerAsync(local, settings.DropsContainer, cancellationToken);
        _isStorageUsed = true;
        return local;
    }

    /// <summary>The local storage with its queues and tables, which only an Azure Functions host needs.</summary>
    /// <exception cref="InfrastructureException">It does not start.</exception>
    public async Task<string> HostStorageAsync(CancellationToken cancellationToken)
    {
        _isHostStorageUsed = true;
        return await (await ServicesAsync(cancellationToken)).HostStorageAsync(cancellationToken);
    }

    /// <summary>Starts the local services again that were in use and have ended; nothing where none was.</summary>
    /// <returns>Whether the process that runs them had ended.</returns>
    /// <exception cref="InfrastructureException">They do not start.</exception>
    public async Task<bool> KeepAsync(CancellationToken cancellationToken)
    {
        if (_services is not { } before)
        {
            return false;
        }
        var services = await ServicesAsync(cancellationToken);
        if (_isWarehouseUsed)
        {
            await services.WarehouseAsync(cancellationToken);
        }
        if (_isStorageUsed)
        {
            await services.DropsAsync(cancellationToken);
        }
        if (_isHostStorageUsed)
        {
            await services.HostStorageAsync(cancellationToken);
        }
        return !ReferenceEquals(before, services);
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
        _starting.Dispose();
    }

    private async Task<LocalEnvironment> ServicesAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_services is { HasEnded: true } ended)
            {
                _services = await StartAsync(cancellationToken);
                await ended.DisposeAsync();
            }
            return _services ??= await StartAsync(cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }

    private Task<LocalEnvironment> StartAsync(CancellationToken cancellationToken)
    {
        var options = new LocalServicesOptions();
        return LocalEnvironment.StartAsync(
            settings.LocalData is { } folder ? options with { DataRoot = folder } : options,
            terminal, cancellationToken);
    }
}
