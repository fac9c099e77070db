using System.Text;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Tests.Support;

/// <summary>A database, a folder of drops and a sql folder of a test's own, and the runs over them.</summary>
internal sealed class TestWarehouse : IAsyncDisposable
{
    private readonly TestDataFolder _folder = new();

    private TestWarehouse(TestCluster? cluster = null)
    {
        Database = new TestDatabase(cluster);
        Directory.CreateDirectory(Drops);
    }

    public TestDatabase Database { get; }

    public string Drops => Path.Combine(_folder.Path, "drops");

    public string Sql => Path.Combine(_folder.Path, "sql");

    public IDropStore Store => DropStores.Open(Drops, null);

    /// <summary>What follows a run's end; nothing unless a test is about it.</summary>
    public IReadOnlyList<IPostRunAction> PostRunActions { get; set; } = [];

    /// <summary>The business's; UTC unless a test is about it.</summary>
    public TimeZoneInfo TimeZone { get; set; } = TimeZoneInfo.Utc;

    public Project Project => Project.Read(Sql, timeZone: TimeZone);

    /// <summary>The sql folder of <see cref="TinyShop"/>; its first day's drops are there.</summary>
    /// <param name="cluster">Has the database; null for a single server.</param>
    public static async Task<TestWarehouse> OfTinyShopAsync(TestCluster? cluster = null)
    {
        var test = new TestWarehouse(cluster);
        TinyShop.WriteSql(test.Sql);
        test.Put($"{TinyShop.Day}/users.csv", TinyShop.Users);
        test.Put($"{TinyShop.Day}/orders.csv", TinyShop.Orders);
        await test.Database.InitializeAsync();
        return test;
    }

    /// <summary>A sql folder of a contract and one model, <c>core.dim_first</c>, and no drops.</summary>
    public static async Task<TestWarehouse> OfSourcesAsync(string sources, string model)
    {
        var test = new TestWarehouse();
        test.WriteSql("sources.yml", sources);
        test.WriteSql("core/dim_first.sql", model);
        test.WriteSql("core/core.yml", "version: 2\nmodels:\n  - name: dim_first\n");
        await test.Database.InitializeAsync();
        return test;
    }

    /// <summary>A copy of the repository's sql folder, and no drops.</summary>
    /// <param name="cluster">Has the database; null for a single server.</param>
    public static async Task<TestWarehouse> OfRepositoryAsync(TestCluster? cluster = null)
    {
        var test = new TestWarehouse(cluster);
        await test.CopySqlAsync();
        await test.Database.InitializeAsync();
        return test;
    }

    public void Put(string path, string content) => Put(path, Encoding.UTF8.GetBytes(content));

    public void Put(string path, byte[] content)
    {
        var file = Path.Combine(Drops, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    public void WriteSql(string path, string text)
    {
        var file = Path.Combine(Sql, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Replaces words of a file of the sql folder, which must be there.</summary>
    public void ChangeSql(string path, string from, string to)
    {
        var text = File.ReadAllText(Path.Combine(Sql, path));
        Assert.Contains(from, text, StringComparison.Ordinal);
        WriteSql(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    public void DeleteSql(string path) => File.Delete(Path.Combine(Sql, path));

    public Pipeline Pipeline(IDropStore? store = null, TimeProvider? time = null) =>
        new(Database.Warehouse, store ?? Store, Project, time ?? TimeProvider.System, PostRunActions);

    /// <summary>One run, and what the ledgers say of it.</summary>
    public Task<RunReport> RunAsync(RunRequest? request = null, IDropStore? store = null) =>
        RunAsync(Pipeline(store), request);

    public async Task<RunReport> RunAsync(Pipeline pipeline, RunRequest? request = null)
    {
        var outcome = await pipeline.RunAsync(request ?? new RunRequest(), null, CancellationToken.None);
        Assert.False(outcome.IsBusy, outcome.Message);
        return (await new RunReports(Database.Warehouse).ReadAsync(outcome.RunId, CancellationToken.None))!;
    }

    /// <summary>The last run's report.</summary>
    public async Task<RunReport> LastAsync() =>
        (await new RunReports(Database.Warehouse).LastAsync(CancellationToken.None))!;

    public async Task<List<string>> ListAsync(string sql)
    {
        await using var connection = await Database.Warehouse.ConnectAsync(CancellationToken.None);
        return await connection.QueryAsync<string>(sql, null, CancellationToken.None);
    }

    public async Task<T?> ValueAsync<T>(string sql)
    {
        await using var connection = await Database.Warehouse.ConnectAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<T>(sql, null, CancellationToken.None);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await Database.Warehouse.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, null, CancellationToken.None);
    }

    /// <summary>All rows readers see, as sorted lines that begin with the table's name.</summary>
    public async Task<List<string>> MartsAsync(string prefix = "")
    {
        var views = await ListAsync(
            $"""
            select format('%I.%I', nspname, relname) from pg_class
            join pg_namespace on pg_namespace.oid = relnamespace
            where nspname in ('{prefix}core', '{prefix}marketing', '{prefix}product') and relkind = 'v'
                and relname <> 'metric_history'
            order by 1
            """);
        var lines = new List<string>();
        await using var connection = await Database.Warehouse.ConnectAsync(CancellationToken.None);
        foreach (var view in views)
        {
            using var reader =
                await connection.BeginTextExportAsync($"copy (select * from {view}) to stdout (format csv)");
            while (await reader.ReadLineAsync() is { } line)
            {
                lines.Add($"{view[prefix.Length..]}: {line}");
            }
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task CopySqlAsync()
    {
        foreach (var file in Directory.GetFiles(Repository.SqlFolder, "*", SearchOption.AllDirectories))
        {
            WriteSql(Path.GetRelativePath(Repository.SqlFolder, file), await File.ReadAllTextAsync(file));
        }
    }
}
