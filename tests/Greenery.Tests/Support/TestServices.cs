using Greenery.LocalServices;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Support;

/// <summary>
/// The PostgreSQL and the Azurite that all tests of this process share: servers named in the environment, otherwise
/// local services with a data folder of their own, which goes with the process.
/// </summary>
internal static class TestServices
{
    private static readonly Lazy<Task<LocalEnvironment>> _local = new(StartAsync);
    private static readonly Lazy<Task<string>> _migrated = new(MigrateAsync);

    /// <summary>For a role that may create databases (<c>GREENERY_TEST_WAREHOUSE</c> overrides).</summary>
    public static async Task<string> WarehouseAsync() =>
        Environment.GetEnvironmentVariable("GREENERY_TEST_WAREHOUSE")
        ?? await (await _local.Value).WarehouseAsync(CancellationToken.None);

    /// <summary>The storage connection string of Azurite (<c>GREENERY_TEST_AZURITE</c> overrides).</summary>
    public static async Task<string> AzuriteAsync() =>
        Environment.GetEnvironmentVariable("GREENERY_TEST_AZURITE")
        ?? await (await _local.Value).DropsAsync(CancellationToken.None);

    /// <summary>
    /// The name of a database with all migrations and nothing else. A copy of it takes half the time of running them.
    /// </summary>
    public static Task<string> MigratedDatabaseAsync() => _migrated.Value;

    /// <summary>One statement outside of a transaction.</summary>
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync(sql, null, CancellationToken.None);
    }

    /// <summary>Options for a data folder of a test's own, with the packages that all share.</summary>
    public static LocalServicesOptions Options(string dataRoot) => new()
    {
        DataRoot = dataRoot,
        PackagesFolder = Path.Combine(DataFolders.Default, "packages"),
        Definition = Path.Combine(Repository.Top, "infra", "local"),
        IsThrowAway = true,
    };

    private static async Task<LocalEnvironment> StartAsync()
    {
        var folder = new TestDataFolder();
        var services = await LocalEnvironment.StartAsync(Options(folder.Path), null, CancellationToken.None);
        // The test platform may not wait for this: then the services end by themselves, they delete their data, and a
        // later test process deletes the empty folder.
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            services.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
            folder.Dispose();
        };
        return services;
    }

    private static async Task<string> MigrateAsync()
    {
        var name = $"greenery_test_{Guid.NewGuid():n}";
        var server = await WarehouseAsync();
        await ExecuteAsync(server, $"create database {name}");
        var migrated = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        await using (var warehouse = await PostgresWarehouse.OpenAsync(migrated, CancellationToken.None))
        {
            await new Migrations(warehouse).RunAsync(CancellationToken.None);
        }
        // Servers of this process go with it and are gone by then.
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            Task.WhenAny(ExecuteAsync(server, $"drop database if exists {name}")).Wait(TimeSpan.FromSeconds(10));
        return name;
    }
}
