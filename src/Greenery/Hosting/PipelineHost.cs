using Greenery.Alerts;
using Greenery.Alerts.Channels;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Hosting;

/// <summary>
/// A host whose warehouse and drops are named in the settings, as in Azure; nothing is started for it.
/// </summary>
public sealed class PipelineHost : IPipelineHost, IAsyncDisposable
{
    private readonly TimeSpan _statementTimeout;
    private readonly AlertConfiguration _alerts;
    private readonly Lazy<ServiceProvider> _transports;
    private readonly SemaphoreSlim _opening = new(1);
    private PostgresWarehouse? _warehouse;

    /// <summary>Reads settings and project; nothing is connected to yet.</summary>
    /// <param name="configuration">Section <c>Greenery</c> must name warehouse and drops.</param>
    /// <param name="time">The clock.</param>
    /// <param name="statementTimeout">The longest a statement may take; shorter than the host's own limit for a
    /// step.</param>
    /// <exception cref="ConfigurationException">Settings, contract, models or checks are wrong.</exception>
    public PipelineHost(IConfiguration configuration, TimeProvider time, TimeSpan statementTimeout)
    {
        (Time, _statementTimeout) = (time, statementTimeout);
        Settings = GreenerySettings.Read(configuration);
        _alerts = AlertConfiguration.Read(configuration);
        _transports = new(() => new ServiceCollection().AddAlertTransports(_alerts.Channels).BuildServiceProvider());
        Project = Project.Read(Settings.Sql, _alerts.Verify);
    }

    public GreenerySettings Settings { get; }

    public TimeProvider Time { get; }

    public Project Project { get; }

    public async Task<PostgresWarehouse> WarehouseAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _warehouse ??= await OpenAsync(cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    public Task<Pipeline> PipelineAsync(CancellationToken cancellationToken) => this.CreatePipelineAsync(
        Settings.Drops ?? throw Missing("Drops", "https://<account>.blob.core.windows.net/<container>"),
        cancellationToken);

    public async Task<Alerting> AlertingAsync(CancellationToken cancellationToken) => new(
        await WarehouseAsync(cancellationToken), Project, _alerts.Settings,
        [.. _transports.Value.GetServices<ITransport>()], Time);

    public async ValueTask DisposeAsync()
    {
        if (_transports.IsValueCreated)
        {
            await _transports.Value.DisposeAsync();
        }
        if (_warehouse is not null)
        {
            await _warehouse.DisposeAsync();
        }
        _opening.Dispose();
    }

    private async Task<PostgresWarehouse> OpenAsync(CancellationToken cancellationToken)
    {
        var setting = Settings.Warehouse ?? throw Missing("Warehouse", "Host=...;Database=greenery;Username=...");
        var warehouse = await PostgresWarehouse.OpenAsync(setting, cancellationToken, _statementTimeout);
        try
        {
            await new Migrations(warehouse, Settings.Sql).RunAsync(cancellationToken);
            return warehouse;
        }
        catch
        {
            await warehouse.DisposeAsync();
            throw;
        }
    }

    private static ConfigurationException Missing(string name, string example) =>
        new($"Greenery:{name}",
            $"is not set; this host starts nothing of its own. Expected something like \"{example}\".");
}
