using Greenery.Alerts;
using Greenery.Alerts.Channels;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Hosting;

/// <summary>What every host works with, registered by <see cref="PipelineServices.AddPipelineHost"/>.</summary>
/// <param name="settings">Section <c>Greenery</c>.</param>
/// <param name="options">What the host demands.</param>
/// <param name="projects">Contract, models and checks, and who is notified of what.</param>
/// <param name="connections">Where warehouse and drops are.</param>
/// <param name="transports">The ways to people.</param>
/// <param name="time">This machine's clock.</param>
public sealed class PipelineHost(
    GreenerySettings settings, PipelineHostOptions options, ProjectSource projects,
    IConnections connections, IEnumerable<ITransport> transports, TimeProvider time) : IPipelineHost, IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private readonly WarehouseTime _time = new(time);
    private readonly List<PostgresWarehouse> _opened = [];
    private string? _connectionString;
    private DateTime? _serverSince;
    private bool _isMigrated;

    public GreenerySettings Settings => settings;

    public TimeProvider Time => _time;

    public Project Project => projects.Project;

    public IReadOnlyList<Diagnostic> ProjectFaults => projects.Faults;

    public bool RefreshProject() => projects.Refresh();

    /// <summary>Who is notified, and how.</summary>
    public AlertConfiguration Alerts => projects.Alerts;

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">It is another project's, of a newer version, or the host only reads and
    /// it is of an older one.</exception>
    public async Task<PostgresWarehouse> WarehouseAsync(CancellationToken cancellationToken)
    {
        var warehouse = await MigratedAsync(cancellationToken);
        // Not while others wait to be let in: with a database that is silent each would wait for as long.
        await _time.RefreshAsync(warehouse, options.LongestSilence, cancellationToken);
        return warehouse;
    }

    public async Task<ClockReading> ClockAsync(CancellationToken cancellationToken) =>
        await _time.ReadAsync(await WarehouseAsync(cancellationToken), cancellationToken);

    /// <summary>Does work without a lease; gives it up when the database ceases to answer.</summary>
    /// <exception cref="InfrastructureException">It cannot be reached, or does not answer.</exception>
    public async Task<T> LimitSilenceAsync<T>(
        Func<CancellationToken, Task<T>> workAsync, CancellationToken cancellationToken) =>
        await SilenceLimit.RunAsync(
            await WarehouseAsync(cancellationToken), options.LongestSilence, workAsync, cancellationToken);

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
        await WarehouseAsync(cancellationToken), Project, Alerts.Settings with { Host = options.Name },
        [.. transports], _time);

    /// <summary>May be called twice: the container knows the host by two names.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var warehouse in _opened)
        {
            await warehouse.DisposeAsync();
        }
        _opening.Dispose();
    }

    private async Task<PostgresWarehouse> MigratedAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            var warehouse = await OpenAsync(cancellationToken);
            var since = await ServerSinceAsync(warehouse, cancellationToken);
            if (!_isMigrated || since != _serverSince)
            {
                await SilenceLimit.RunAsync(
                    warehouse, options.LongestSilence, token => MigrateAsync(warehouse, token), cancellationToken);
                (_isMigrated, _serverSince) = (true, since);
            }
            return warehouse;
        }
        finally
        {
            _opening.Release();
        }
    }

    // Another project's database is not migrated either.
    private async Task<IReadOnlyList<string>> MigrateAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        var migrations = new Migrations(warehouse, progress: options.Waiting);
        await ProjectIdentity.VerifyAsync(warehouse, Project, cancellationToken);
        if (!options.IsReadOnly)
        {
            return await migrations.RunAsync(cancellationToken);
        }
        await migrations.VerifyReadableAsync(cancellationToken);
        return [];
    }

    // The local server commits without waiting for the disk: where it was killed, the migrations may be lost.
    private async Task<DateTime?> ServerSinceAsync(PostgresWarehouse warehouse, CancellationToken cancellationToken) =>
        settings.Warehouse is not null ? null : await TimeLimit.RunAsync(
            options.LongestSilence,
            async token =>
            {
                await using var connection = await warehouse.ConnectAsync(token);
                return await connection.ExecuteScalarAsync<DateTime>(
                    "select pg_postmaster_start_time()", null, token);
            },
            cancellationToken);

    // Local services may be started again on another port. Who holds the earlier one finds that it is gone; it is
    // closed with the host.
    private async Task<PostgresWarehouse> OpenAsync(CancellationToken cancellationToken)
    {
        var connectionString = await connections.WarehouseAsync(cancellationToken);
        if (_opened.Count == 0 || _connectionString != connectionString)
        {
            _opened.Add(await OpenAsync(connectionString, cancellationToken));
            (_connectionString, _isMigrated) = (connectionString, false);
        }
        return _opened[^1];
    }

    private Task<PostgresWarehouse> OpenAsync(string connectionString, CancellationToken cancellationToken) =>
        TimeLimit.RunAsync(
            options.LongestSilence,
            token => PostgresWarehouse.OpenAsync(
                connectionString, token, options.StatementTimeout, options.LeastConnections,
                isLocal: settings.Warehouse is null),
            cancellationToken);
}
