using Greenery.Cli.Output;
using Greenery.Drops;
using Greenery.Hosting;
using Greenery.LocalServices;

namespace Greenery.Cli;

/// <summary>
/// What the settings name; where a setting is missing, the local service in its place, for as long as this object
/// lives.
/// </summary>
internal sealed class LocalConnections(GreenerySettings settings, Terminal terminal) : IConnections, IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private LocalEnvironment? _services;

    public async Task<string> WarehouseAsync(CancellationToken cancellationToken) => settings.Warehouse
        ?? await (await ServicesAsync(cancellationToken)).WarehouseAsync(cancellationToken);

    /// <summary>The setting, or the local storage's, whose container is made if it is not there yet.</summary>
    public async Task<string> DropsAsync(CancellationToken cancellationToken)
    {
        if (settings.Drops is { } drops)
        {
            return drops;
        }
        var local = await (await ServicesAsync(cancellationToken)).DropsAsync(cancellationToken);
        await DropStores.EnsureContainerAsync(local, settings.DropsContainer, cancellationToken);
        return local;
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
            var options = new LocalServicesOptions();
            return _services ??= await LocalEnvironment.StartAsync(
                settings.LocalData is { } folder ? options with { DataRoot = folder } : options,
                terminal, cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }
}
