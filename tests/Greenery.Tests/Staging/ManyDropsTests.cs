using System.Diagnostics;
using System.Runtime.CompilerServices;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Discovery;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Xunit.Abstractions;

namespace Greenery.Tests.Staging;

/// <summary>
/// Years of drops in the store: each is listed in every run, because an old one may have been corrected; once, and
/// without a request or a statement of its own.
/// </summary>
public sealed class ManyDropsTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    private static readonly SourceTable Plants = LoadHarness.Plants with { Name = "many", DropName = "many" };

    [Fact]
    public async Task Of_thousands_of_files_only_what_is_new_or_changed_is_to_be_loaded()
    {
        using var folder = new TestDataFolder();
        var paths = Paths(5000).ToArray();
        foreach (var path in paths)
        {
            var file = Path.Combine(folder.Path, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, "id,name,price\n");
        }
        var store = new CountingStore(DropStores.Open(folder.Path, null));
        var lease = await database.StartAsync();
        Assert.Equal(paths, (await DiscoverAsync(store, lease)).Pending.Select(drop => drop.Path));
        await KeepAsync(lease);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, paths[7]), "id,name,price\n1,corrected,1\n");
        Assert.Equal([paths[7]], (await DiscoverAsync(store, lease)).Pending.Select(drop => drop.Path));
        Assert.Equal((2, 0), (store.Lists, store.Opens));
    }

    [Fact]
    public async Task Thousands_of_blobs_are_listed_by_pages_and_not_one_by_one()
    {
        var requests = new RequestCounter();
        var options = new BlobClientOptions();
        options.AddPolicy(requests, HttpPipelinePosition.PerCall);
        var container =
            new BlobContainerClient(await TestServices.AzuriteAsync(), $"drops-{Guid.NewGuid():n}", options);
        await container.CreateAsync();
        try
        {
            await Parallel.ForEachAsync(Paths(2000), async (path, token) =>
                await container.UploadBlobAsync(path, BinaryData.FromString("id,name,price\n"), token));
            var before = requests.Count;
            var found = await DiscoverAsync(new BlobDropStore(container, null), await database.StartAsync());
            Assert.Equal(2000, found.Pending.Count);
            Assert.Equal(1, requests.Count - before);
        }
        finally
        {
            await container.DeleteAsync();
        }
    }

    private static IEnumerable<string> Paths(int count) => Enumerable.Range(0, count)
        .Select(i => $"{new DateOnly(2020, 1, 1).AddDays(i / 2):yyyy-MM-dd}/many-{i % 2}.csv");

    private async Task<DiscoveredDrops> DiscoverAsync(IDropStore store, RunLease lease)
    {
        var watch = Stopwatch.StartNew();
        var found = await new DropDiscovery(database.Warehouse, store)
            .DiscoverAsync([Plants], null, reload: false, lease, CancellationToken.None);
        output.WriteLine($"{found.Pending.Count} pending: {watch.ElapsedMilliseconds} ms");
        return found;
    }

    private Task KeepAsync(RunLease lease) => database.RunAsync(
        $"""
        insert into ops.load (
            load_seq, drop_id, run_id, table_name, rows_in_file, rows_inserted, rows_updated, rows_unchanged,
            rows_superseded, rows_quarantined, started_at
        )
        select nextval('ops.load_seq'), drop_id, {lease.RunId}, table_name, 0, 0, 0, 0, 0, 0, now()
        from ops.drop;
        update ops.drop set state = 'loaded'
        """);

    private sealed class CountingStore(IDropStore store) : IDropStore
    {
        public int Lists { get; private set; }

        public int Opens { get; private set; }

        public string Description => store.Description;

        public async IAsyncEnumerable<DropFile> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Lists++;
            await foreach (var file in store.ListAsync(cancellationToken))
            {
                yield return file;
            }
        }

        public Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken)
        {
            Opens++;
            return store.OpenAsync(file, cancellationToken);
        }

        public Task WriteAsync(string path, Stream content, CancellationToken cancellationToken) =>
            store.WriteAsync(path, content, cancellationToken);

        public Task DeleteAsync(DropFile file, CancellationToken cancellationToken) =>
            store.DeleteAsync(file, cancellationToken);
    }

    private sealed class RequestCounter : HttpPipelineSynchronousPolicy
    {
        private int _count;

        public int Count => _count;

        public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _count);
    }
}
