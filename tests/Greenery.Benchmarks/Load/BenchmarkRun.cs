using System.Globalization;
using Greenery.Drops;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Load;

/// <summary>A run, a lease and a staging table for whole drops.</summary>
internal sealed class BenchmarkRun(PostgresWarehouse warehouse, string folder)
{
    private const string Table = "benchmark_events";

    private readonly IDropStore _drops = DropStores.Open(folder, null);
    private readonly Guid _token = Guid.NewGuid();
    private RunLease _lease = null!;

    public async Task PrepareAsync()
    {
        var sql = Path.Combine(AppContext.BaseDirectory, "sql");
        await new Migrations(warehouse).RunAsync(CancellationToken.None);
        await using var connection = await warehouse.ConnectAsync(CancellationToken.None);
        var run = await connection.ExecuteScalarAsync<long>(
            """
            with run as (
                insert into ops.run (business_date, started_by, host, state)
                values ('2026-11-21', 'cli', 'benchmark', 'unchanged')
                returning run_id
            )
            insert into ops.lease (run_id, token, expires_at)
            select run_id, @token, now() + interval '1 day' from run
            returning run_id
            """,
            new { token = _token },
            CancellationToken.None);
        _lease = new RunLease(run, _token);
    }

    public async Task EmptyAsync()
    {
        await RunAsync($"drop table if exists staging.{Table}");
        await new StagingTables(warehouse).EnsureAsync([BenchmarkTable.Named(Table)], null, CancellationToken.None);
        await ForgetAsync();
        await RunAsync("checkpoint;");
    }

    /// <summary>Makes the table a number of times as large, by rows of another drop with new keys.</summary>
    public Task GrowAsync(int times) => RunAsync(
        $"""
        set maintenance_work_mem = '256MB';
        alter table staging.{Table} drop constraint {Table}_pkey;
        drop index staging.{Table}__load_seq;
        insert into staging.{Table}
        select gen_random_uuid(), session_id, user_id, page_url, created_at, event_type, order_id, product_id,
            _extra, _drop_id, _load_seq
        from staging.{Table}, generate_series(2, {times});
        alter table staging.{Table} add primary key (event_id);
        create index {Table}__load_seq on staging.{Table} (_load_seq);
        analyze staging.{Table}
        """);

    /// <summary>Loads a file of the folder as a drop.</summary>
    public async Task LoadAsync(string file, string date)
    {
        var drop = await RegisterAsync(Path.GetFileName(file), date);
        var result = await new DropLoader(warehouse, _drops)
            .LoadAsync(BenchmarkTable.Named(Table), drop, _lease, CancellationToken.None);
        if (result.Outcome != LoadOutcome.Loaded || result.Inserted != result.RowsInFile)
        {
            throw new InvalidOperationException($"The drop was not loaded as expected: {result}");
        }
    }

    public async Task RunAsync(string sql)
    {
        await using var connection = await warehouse.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, null, CancellationToken.None);
    }

    public async Task CleanUpAsync()
    {
        await RunAsync($"drop table if exists benchmark_plain, benchmark_keyed, staging.{Table}");
        await ForgetAsync();
        await RunAsync(
            $"delete from ops.lease where run_id = {_lease.RunId}; delete from ops.run where run_id = {_lease.RunId}");
    }

    private async Task<long> RegisterAsync(string name, string date)
    {
        var path = $"{date}/{name}";
        var file = await _drops.ListAsync(CancellationToken.None).SingleAsync(x => x.Path == path);
        await using var connection = await warehouse.ConnectAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(
            """
            insert into ops.drop (path, sort_key, etag, table_name, drop_date, bytes, state)
            values (@Path, @SortKey, @ETag, @Table, @Date, @Bytes, 'pending')
            returning drop_id
            """,
            new
            {
                file.Path, SortKey = DropOrder.KeyOf(file.Path), file.ETag, Table,
                Date = DateOnly.Parse(date, CultureInfo.InvariantCulture), file.Bytes,
            },
            CancellationToken.None);
    }

    private Task ForgetAsync() => RunAsync(
        $"""
        delete from ops.load where table_name = '{Table}';
        delete from ops.drop where table_name = '{Table}';
        delete from ops.source_state where table_name = '{Table}'
        """);
}
