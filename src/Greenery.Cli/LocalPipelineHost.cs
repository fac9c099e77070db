using Azure.Storage.Blobs;
using Greenery.Alerts;
using Greenery.Alerts.Channels;
using Greenery.Cli.Output;
using Greenery.Drops;
using Greenery.Hosting;
using Greenery.LocalServices;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli;

/// <summary>
/// What a command works with, made from the settings: the project, the warehouse and the drops; where a setting is
/// missing, the local service in its place, for as long as the session lives.
/// </summary>
internal sealed class LocalPipelineHost : IPipelineHost, IAsyncDisposable
{
    /// <summary>A file in the working folder that may hold settings, besides environment variables.</summary>
    public const string SettingsFile = "greenery.settings.json";

    private readonly Terminal _terminal;
    private readonly SemaphoreSlim _starting = new(1);
    private readonly SemaphoreSlim _opening = new(1);
    private LocalEnvironment? _services;
    private PostgresWarehouse? _warehouse;
    private readonly Lazy<ServiceProvider> _transports;
    private bool _isMigrated;

    private LocalPipelineHost(Terminal terminal, GreenerySettings settings, AlertConfiguration alerts,
        Project project) =>
        (_terminal, Settings, Alerts, Project, _transports) = (terminal, settings, alerts, project, new(
            () => new ServiceCollection().AddAlertTransports(alerts.Channels).BuildServiceProvider()));

    public GreenerySettings Settings { get; }

    public AlertConfiguration Alerts { get; }

    public Project Project { get; }

    public TimeProvider Time => TimeProvider.System;

    /// <summary>Reads settings and project; nothing is started or connected to yet.</summary>
    /// <exception cref="ConfigurationException">Settings, contract, models or checks are wrong.</exception>
    public static LocalPipelineHost Open(Terminal terminal)
    {
        var configuration = Configuration();
        var settings = GreenerySettings.Read(configuration);
        var alerts = AlertConfiguration.Read(configuration);
        return new LocalPipelineHost(terminal, settings, alerts, Project.Read(settings.Sql, alerts.Verify));
    }

    /// <summary>Looks at the settings that are otherwise read when they are first needed.</summary>
    /// <exception cref="ConfigurationException">They cannot be used, today or ever.</exception>
    public void Verify()
    {
        if (Settings.Warehouse is { } warehouse)
        {
            PostgresWarehouse.Verify(warehouse);
        }
        if (Settings.Drops is { } drops)
        {
            DropStores.Open(drops, Settings.DropsContainer);
        }
    }

    /// <summary>The pipeline on warehouse and drops; local services are started side by side.</summary>
    public async Task<Pipeline> PipelineAsync(CancellationToken cancellationToken)
    {
        var warehouse = WarehouseAsync(cancellationToken);
        var drops = DropsSettingAsync(cancellationToken);
        await Task.WhenAll(warehouse, drops);
        return await this.CreatePipelineAsync(await drops, cancellationToken);
    }

    /// <summary>The door to people.</summary>
    public async Task<Alerting> AlertingAsync(CancellationToken cancellationToken) =>
        new(await WarehouseAsync(cancellationToken), Project, Alerts.Settings, Transports(), Time);

    /// <summary>The ways to people.</summary>
    public IReadOnlyList<ITransport> Transports() =>
        [.. _transports.Value.GetServices<ITransport>()];

    /// <summary>The warehouse, with its ledgers up to date.</summary>
    public async Task<PostgresWarehouse> WarehouseAsync(CancellationToken cancellationToken)
    {
        var warehouse = await DatabaseAsync(cancellationToken);
        if (!_isMigrated)
        {
            await new Migrations(warehouse, Settings.Sql).RunAsync(cancellationToken);
            _isMigrated = true;
        }
        return warehouse;
    }

    /// <summary>The warehouse's database, whatever is in it.</summary>
    public async Task<PostgresWarehouse> DatabaseAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _warehouse ??= await PostgresWarehouse.OpenAsync(
                await WarehouseSettingAsync(cancellationToken), cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The connection string of the warehouse: the setting, or the local PostgreSQL's.</summary>
    public async Task<string> WarehouseSettingAsync(CancellationToken cancellationToken) => Settings.Warehouse
        ?? await (await ServicesAsync(cancellationToken)).WarehouseAsync(cancellationToken);

    /// <summary>Where the drops are.</summary>
    public async Task<IDropStore> DropsAsync(CancellationToken cancellationToken) =>
        DropStores.Open(await DropsSettingAsync(cancellationToken), Settings.DropsContainer);

    /// <summary>
    /// The place of the drops: the setting, or the local storage's, whose container is made if it is not there yet.
    /// </summary>
    private async Task<string> DropsSettingAsync(CancellationToken cancellationToken)
    {
        if (Settings.Drops is { } drops)
        {
            return drops;
        }
        var local = await (await ServicesAsync(cancellationToken)).DropsAsync(cancellationToken);
        await new BlobContainerClient(local, Settings.DropsContainer)
            .CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        return local;
    }

    public async ValueTask DisposeAsync()
    {
        if (_warehouse is not null)
        {
            await _warehouse.DisposeAsync();
        }
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
        if (_transports.IsValueCreated)
        {
            await _transports.Value.DisposeAsync();
        }
        _starting.Dispose();
        _opening.Dispose();
    }

    private static IConfigurationRoot Configuration()
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(Directory.GetCurrentDirectory(), SettingsFile), optional: true)
                .AddEnvironmentVariables()
                .Build();
        }
        catch (InvalidDataException exception)
        {
            throw new ConfigurationException(
                SettingsFile, $"cannot be read: {exception.InnerException?.Message ?? exception.Message}");
        }
    }

    private async Task<LocalEnvironment> ServicesAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            var options = new LocalServicesOptions();
            return _services ??= await LocalEnvironment.StartAsync(
                Settings.LocalData is { } folder ? options with { DataRoot = folder }
                    : options, _terminal, cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }
}
