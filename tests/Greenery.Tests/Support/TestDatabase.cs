using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Support;

/// <summary>
/// A database of its own, migrated, for one test class (<c>IClassFixture&lt;TestDatabase&gt;</c>) or one test. Dropped
/// when the class is done.
/// </summary>
public sealed class TestDatabase : IAsyncLifetime, IAsyncDisposable
{
    private readonly IReadOnlyList<Migration> _migrations;
    private readonly TestCluster? _cluster;
    private string _server = "";

    public TestDatabase()
        : this(Migration.All)
    {
    }

    /// <param name="migrations">Other migrations, such as those of an earlier version; none for a database without
    /// any object.</param>
    internal TestDatabase(IReadOnlyList<Migration> migrations) => _migrations = migrations;

    /// <param name="cluster">Has the database on all its nodes; null for a single server.</param>
    internal TestDatabase(TestCluster? cluster)
        : this() => _cluster = cluster;

    /// <summary>For code that opens its own warehouse, as the command line does.</summary>
    public string ConnectionString { get; private set; } = "";

    public PostgresWarehouse Warehouse { get; private set; } = null!;

    public string Name { get; } = $"greenery_test_{Guid.NewGuid():n}";

    public async Task InitializeAsync()
    {
        _server = _cluster?.Server ?? await TestServices.WarehouseAsync();
        if (_cluster is not null)
        {
            await _cluster.CreateAsync(Name);
            await OpenAsync();
            await new Migrations(Warehouse, _migrations).RunAsync(CancellationToken.None);
            return;
        }
        var isMigrated = ReferenceEquals(_migrations, Migration.All);
        await OnServerAsync(isMigrated
            ? $"create database {Name} template {await TestServices.MigratedDatabaseAsync()}"
            : $"create database {Name}");
        await OpenAsync();
        if (!isMigrated)
        {
            await new Migrations(Warehouse, _migrations).RunAsync(CancellationToken.None);
        }
    }

    public async Task DisposeAsync()
    {
        await Warehouse.DisposeAsync();
        if (_cluster is not null)
        {
            await _cluster.DropAsync(Name);
            return;
        }
        await OnServerAsync($"drop database if exists {Name} with (force)");
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private async Task OpenAsync()
    {
        ConnectionString = new NpgsqlConnectionStringBuilder(_server) { Database = Name }.ConnectionString;
        Warehouse = await PostgresWarehouse.OpenAsync(ConnectionString, CancellationToken.None);
    }

    private Task OnServerAsync(string sql) => TestServices.ExecuteAsync(_server, sql);
}
