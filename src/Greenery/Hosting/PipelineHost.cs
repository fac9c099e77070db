using Greenery.Alerts;
using Greenery.Alerts.Channels;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Hosting;

/// <summary>What every host works with, registered by <see cref="PipelineServices.AddPipelineHost"/>.</summary>
/// <param name="settings">Section <c>Greenery</c>.</param>
/// <param name="options">What the host demands.</param>
/// <param name="project">Contract, models and checks.</param>
/// <param name="alerts">Who is notified, and how.</param>
/// <param name="connections">Where warehouse and drops are.</param>
/// <param name="transports">The ways to people.</param>
/// <param name="time">The clock.</param>
public sealed class PipelineHost(
    GreenerySettings settings, PipelineHostOptions options, Project project, AlertConfiguration alerts,
    IConnections connections, IEnumerable<ITransport> transports, TimeProvider time) : IPipelineHost, IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private PostgresWarehouse? _warehouse;
    private bool _isMigrated;

    public GreenerySettings Settings => settings;

    public TimeProvider Time => time;

    public Project Project => project;

    /// <summary>Who is notified, and how.</summary>
    public AlertConfiguration Alerts => alerts;

    public async Task<PostgresWarehouse> WarehouseAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            var warehouse = await OpenAsync(cancellationToken);
            if (!_isMigrated)
            {
                await new Migrations(warehouse, settings.Sql).RunAsync(cancellationToken);
                _isMigrated = true;
            }
            return warehouse;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The warehouse's database, whatever is in it: no migration is run.</summary>
    /// <exception cref="InfrastructureException">It cannot be reached.</exception>
    public async Task<PostgresWarehouse> DatabaseAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return await OpenAsync(cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Where the drops are, as setting <c>Greenery:Drops</c> takes it.</summary>
    public Task<string> DropsAsync(CancellationToken cancellationToken) => connections.DropsAsync(cancellationToken);

    public async Task<Pipeline> PipelineAsync(CancellationToken cancellationToken)
    {
        // Side by side: a host that starts services of its own waits for the slower one only.
        var (warehouse, drops) = (WarehouseAsync(cancellationToken), connections.DropsAsync(cancellationToken));
        await Task.WhenAll(warehouse, drops);
        return await this.CreatePipelineAsync(await drops, cancellationToken);
    }

    public async Task<Alerting> AlertingAsync(CancellationToken cancellationToken) => new(
        await WarehouseAsync(cancellationToken), project, alerts.Settings, [.. transports], time);

    /// <summary>May be called twice: the container knows the host by two names.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_warehouse is not null)
        {
            await _warehouse.DisposeAsync();
        }
        _opening.Dispose();
    }

    private async Task<PostgresWarehouse> OpenAsync(CancellationToken cancellationToken) =>
        _warehouse ??= await PostgresWarehouse.OpenAsync(
            await connections.WarehouseAsync(cancellationToken), cancellationToken, options.StatementTimeout,
            options.LeastConnections);
}
