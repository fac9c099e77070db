using System.IO.Compression;
using System.Text;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Staging;

/// <summary>A staging table of its own, a folder of drops, and a run that loads them.</summary>
internal sealed class LoadHarness : IAsyncDisposable
{
    private static int _tables;

    private readonly string _folder = Directory.CreateTempSubdirectory("greenery-drops-").FullName;

    private LoadHarness(TestDatabase database, SourceTable table, RunLease lease)
    {
        Database = database;
        Table = table;
        Lease = lease;
        Store = DropStores.Open(_folder, null);
    }

    public TestDatabase Database { get; }

    public SourceTable Table { get; set; }

    public RunLease Lease { get; }

    public IDropStore Store { get; set; }

    /// <summary>What a drop may cost.</summary>
    public DropLimits Limits { get; set; } = new();

    public string Folder => _folder;

    public static SourceTable Plants { get; } = new()
    {
        Name = "plants",
        DropName = "plants",
        Place = "sql/sources.yml:1",
        PrimaryKey = ["id"],
        FailAbove = new RejectLimit(null, 100),
        Columns =
        [
            Column("id", "integer"),
            Column("name", "text"),
            Column("price", "numeric(8,2)"),
        ],
    };

    public static SourceColumn Column(string name, string type) =>
        new(name, ColumnType.TryParse(type, out var parsed) ? parsed : throw new ArgumentException(type));

    /// <summary>With the contract's name made the test's own.</summary>
    public static async Task<LoadHarness> CreateAsync(TestDatabase database, SourceTable? contract = null)
    {
        var name = $"t{Interlocked.Increment(ref _tables)}";
        var table = (contract ?? Plants) with { Name = name, DropName = name };
        var harness = new LoadHarness(database, table, await LeaseAsync(database));
        await new StagingTables(database.Warehouse).EnsureAsync([table], null, CancellationToken.None);
        return harness;
    }

    public Task<LoadResult> LoadAsync(string content, string date = "2026-11-21", string file = "{0}.csv") =>
        LoadAsync(Encoding.UTF8.GetBytes(content), date, file);

    public async Task<LoadResult> LoadAsync(byte[] content, string date = "2026-11-21", string file = "{0}.csv")
    {
        var drop = await PutAsync(content, date, file);
        return await LoadAsync(drop);
    }

    public Task<LoadResult> LoadAsync(long dropId) =>
        new DropLoader(Database.Warehouse, Store, limits: Limits).LoadAsync(
            Table, dropId, Lease, CancellationToken.None);

    /// <summary>Writes a file and its row in the ledger; <c>{0}</c> is the table's name.</summary>
    public async Task<long> PutAsync(byte[] content, string date = "2026-11-21", string file = "{0}.csv")
    {
        var path = $"{date}/{string.Format(null, file, Table.DropName)}";
        await Store.WriteAsync(path, new MemoryStream(content), CancellationToken.None);
        var listed = await Store.ListAsync(CancellationToken.None).SingleAsync(x => x.Path == path);
        await using var connection = await Database.Warehouse.ConnectAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(
            """
            insert into ops.drop (path, sort_key, etag, table_name, drop_date, bytes, state)
            values (@Path, @SortKey, @ETag, @Name, @Date, @Bytes, 'pending')
            on conflict (path, etag) do update set bytes = excluded.bytes
            returning drop_id
            """,
            new
            {
                listed.Path, SortKey = DropOrder.KeyOf(listed.Path), listed.ETag, Table.Name,
                Date = DateOnly.Parse(date), listed.Bytes,
            },
            CancellationToken.None);
    }

    /// <summary>Rows of the table in order of its key, each as PostgreSQL writes a row: <c>(1,Fern,2.50)</c>.</summary>
    public Task<List<string>> RowsAsync(string? columns = null) => QueryAsync(
        $"select row({columns ?? SqlText.Names(Table.Columns.Select(x => x.Name))})::text from {Name} "
        + $"order by {SqlText.Names(Table.PrimaryKey)}");

    /// <summary>The table's quarantine, as "line rule column message".</summary>
    public Task<List<string>> QuarantineAsync() => QueryAsync(
        "select concat_ws(' ', line, rule, column_name, message) from ops.quarantine "
        + $"where table_name = '{Table.Name}' order by line, quarantine_id");

    public async Task<List<string>> QueryAsync(string sql)
    {
        await using var connection = await Database.Warehouse.ConnectAsync(CancellationToken.None);
        return await connection.QueryAsync<string>(sql, null, CancellationToken.None);
    }

    public async Task<T?> ValueAsync<T>(string sql)
    {
        await using var connection = await Database.Warehouse.ConnectAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<T>(sql, null, CancellationToken.None);
    }

    public string Name => SqlText.Name("staging", Table.Name);

    public static byte[] Gzip(byte[] content)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return target.ToArray();
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<RunLease> LeaseAsync(TestDatabase database)
    {
        var token = Guid.NewGuid();
        await using var connection = await database.Warehouse.ConnectAsync(CancellationToken.None);
        var run = await connection.ExecuteScalarAsync<long>(
            """
            with run as (
                insert into ops.run (business_date, started_by, host, state)
                values ('2026-11-21', 'cli', 'test', 'published')
                returning run_id
            )
            insert into ops.lease (run_id, token, expires_at)
            select run_id, @token, now() + interval '1 hour' from run
            returning run_id
            """,
            new { token },
            CancellationToken.None);
        return new RunLease(run, token);
    }
}
