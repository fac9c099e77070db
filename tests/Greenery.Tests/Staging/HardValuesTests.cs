using System.Text;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

/// <summary>Values at the edge of what PostgreSQL holds: loaded or quarantined, but no statement ever fails.</summary>
public sealed class HardValuesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Keys_too_long_for_an_index_are_quarantined()
    {
        var contract = LoadHarness.Plants with
        {
            Columns = [LoadHarness.Column("id", "text"), LoadHarness.Column("part", "text"),
                LoadHarness.Column("n", "integer")],
            PrimaryKey = ["id", "part"],
        };
        await using var harness = await LoadHarness.CreateAsync(database, contract);
        var random = new Random(1);
        var noise = new string([.. Enumerable.Range(0, 1250).Select(_ => (char)random.Next('a', 'z'))]);
        var result = await harness.LoadAsync($"id,part,n\n{noise},{noise},1\n{noise}x,b,2\n");
        Assert.Equal((1, 1), (result.Inserted, result.Quarantined));
        Assert.Equal(
            "3 range id found a key of 1251 bytes, expected at most 1250",
            Assert.Single(await harness.QuarantineAsync()));
    }

    [Fact]
    public async Task The_largest_numbers_and_deepest_json_are_stored_and_larger_ones_are_quarantined()
    {
        var contract = LoadHarness.Plants with
        {
            Columns = [LoadHarness.Column("id", "integer"), LoadHarness.Column("n", "numeric"),
                LoadHarness.Column("j", "jsonb")],
        };
        await using var harness = await LoadHarness.CreateAsync(database, contract);
        string Nested(int depth) => new string('[', depth) + new string(']', depth);
        var rows = new[]
        {
            "1,1e131071,", "2,1e-16383,", $"3,{new string('9', 11_000)},", $"4,,{Nested(64)}", "5,,1e102400",
            "6,,1e-16383",
            "7,0e999999,0", "8,1e131072,", "9,1e-16384,", $"10,{new string('9', 11_001)},", $"11,,{Nested(65)}",
            "12,,1e131072", "13,,1e102401",
        };
        var result = await harness.LoadAsync($"id,n,j\n{string.Join('\n', rows)}\n");
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"],
            await harness.QueryAsync($"select id::text from {harness.Name} order by id"));
        Assert.Equal(6, result.Quarantined);
    }

    [Fact]
    public async Task A_cancelled_load_stops_at_once_and_keeps_nothing()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var drop = await harness.PutAsync("id,name,price\n"u8.ToArray());
        harness.Store = new EndlessStore(harness.Store, new EndlessStream());
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var loading = new DropLoader(database.Warehouse, harness.Store)
            .LoadAsync(harness.Table, drop, harness.Lease, cancel.Token);
        var first = await Task.WhenAny(loading, Task.Delay(TimeSpan.FromSeconds(20)));
        Assert.Same(loading, first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);
        Assert.Empty(await harness.RowsAsync());
    }

    [Fact]
    public async Task Readers_of_a_table_that_was_emptied_do_not_wait_for_its_next_load()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync("id,name,price\n1,Fern,2\n");
        await database.RunAsync($"delete from {harness.Name}");
        var drop = await harness.PutAsync(new byte[2 * 1024 * 1024], "2026-11-22");
        using var content = new EndlessStream();
        harness.Store = new EndlessStore(harness.Store, content);
        using var cancel = new CancellationTokenSource();
        var loading = new DropLoader(database.Warehouse, harness.Store)
            .LoadAsync(harness.Table, drop, harness.Lease, cancel.Token);
        await content.ManyRows.WaitAsync(TimeSpan.FromSeconds(20));

        await database.RunAsync($"set lock_timeout = '2s'; select count(*) from {harness.Name}");

        Assert.False(loading.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);
    }

    private sealed class EndlessStore(IDropStore store, Stream content) : IDropStore
    {
        public string Description => store.Description;

        public IAsyncEnumerable<DropFile> ListAsync(CancellationToken cancellationToken) =>
            store.ListAsync(cancellationToken);

        public Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken) =>
            Task.FromResult(content);

        public Task WriteAsync(string path, Stream content, CancellationToken cancellationToken) =>
            store.WriteAsync(path, content, cancellationToken);

        public Task DeleteAsync(DropFile file, CancellationToken cancellationToken) =>
            store.DeleteAsync(file, cancellationToken);
    }

    private sealed class EndlessStream : MemoryStream
    {
        private byte[] _next = "id,name,price\n"u8.ToArray();
        private readonly TaskCompletionSource _manyRows = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _id;

        public Task ManyRows => _manyRows.Task;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(buffer.Length, _next.Length);
            _next.AsSpan(0, count).CopyTo(buffer.Span);
            if (_id == 10_000)
            {
                _manyRows.TrySetResult();
            }
            _next = count < _next.Length ? _next[count..] : Encoding.UTF8.GetBytes($"{_id++},endless,1\n");
            return ValueTask.FromResult(count);
        }
    }
}
