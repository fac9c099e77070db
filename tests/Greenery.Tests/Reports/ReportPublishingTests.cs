using Azure.Storage.Blobs;
using Greenery.Drops;
using Greenery.Reports;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Reports;

/// <summary>The page is made at a run's end and kept beside the drops.</summary>
public sealed class ReportPublishingTests
{
    [Fact]
    public async Task Every_end_of_a_run_leaves_its_page_and_the_latest()
    {
        await using var test = await TestWithPagesAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,2,-1,2021-02-13\n");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        Assert.Equal(
            ["greenery/2021-02-12/run-1.html", "greenery/2021-02-13/run-2.html", "greenery/latest.html", "latest.html"],
            Files(test));
        Assert.Single(Directory.GetFiles(Path.Combine(Folder(test), "greenery"), "database-*.txt"));
        Assert.Contains("Published ", Title(test, "greenery/2021-02-12/run-1.html"), StringComparison.Ordinal);
        Assert.Contains("Not published", Title(test, "latest.html"), StringComparison.Ordinal);
        Assert.Contains("Not published", Title(test, "greenery/latest.html"), StringComparison.Ordinal);
        Assert.Empty((await test.LastAsync()).Notes);
    }

    [Fact]
    public async Task An_earlier_run_that_is_followed_late_does_not_replace_the_latest()
    {
        await using var test = await TestWithPagesAsync();
        await test.RunAsync();
        await test.RunAsync();
        var latest = File.ReadAllText(Path.Combine(Folder(test), "latest.html"));
        await test.PostRunActions[0].ExecuteAsync(1, CancellationToken.None);
        Assert.Equal(latest, File.ReadAllText(Path.Combine(Folder(test), "latest.html")));
    }

    [Fact]
    public async Task The_latest_is_of_the_run_that_ended_last_also_where_numbers_begin_anew()
    {
        await using var test = await TestWithPagesAsync();
        // What another database left here: the newest number, and it ended earlier.
        Directory.CreateDirectory(Path.Combine(Folder(test), "greenery", "2021-02-11"));
        File.WriteAllText(Path.Combine(Folder(test), "greenery", "2021-02-11", "run-900.html"), "<title>Other</title>");
        await test.ExecuteAsync(
            """
            insert into ops.run (run_id, business_date, started_by, host, state, started_at, finished_at)
            overriding system value
            values (800, '2021-02-11', 'cli', 'test', 'unchanged', now() - interval '2 days', now() - interval '2 days')
            """);

        await test.RunAsync();

        Assert.Contains("Published ", Title(test, "greenery/latest.html"), StringComparison.Ordinal);
        Assert.Contains("Published ", Title(test, "latest.html"), StringComparison.Ordinal);
        // A rollback has no page of its own.
        await test.ExecuteAsync(
            """
            insert into ops.run (business_date, started_by, host, state, finished_at)
            values ('2021-02-11', 'rollback', 'test', 'unchanged', now() + interval '1 day')
            """);
        File.Delete(Path.Combine(Folder(test), "greenery", "latest.html"));
        await test.PostRunActions[0].ExecuteAsync(1, CancellationToken.None);
        Assert.Contains("Published ", Title(test, "greenery/latest.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_ended_in_the_future_does_not_keep_the_latest()
    {
        await using var test = await TestWithPagesAsync();
        await test.RunAsync();
        await test.ExecuteAsync("update ops.run set finished_at = now() + interval '400 days'");
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,2,-1,2021-02-13\n");

        await test.RunAsync();

        Assert.Contains("Not published", Title(test, "latest.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_database_does_not_write_over_the_pages_of_the_first_and_says_so()
    {
        await using var first = await TestWithPagesAsync();
        await using var second = await TestWarehouse.OfTinyShopAsync();
        second.PostRunActions =
        [
            new ReportPublishing(
                second.Database.Warehouse, Report(second), ReportStores.Open(first.Drops, null, null)),
        ];
        await first.RunAsync();
        var before = File.ReadAllText(Path.Combine(Folder(first), "greenery", "latest.html"));

        await second.RunAsync();

        Assert.Equal(before, File.ReadAllText(Path.Combine(Folder(first), "greenery", "latest.html")));
        var note = Assert.Single((await second.LastAsync()).Notes);
        Assert.StartsWith(
            "Step report was not done: Greenery:Project: the pages in folder greenery of ", note,
            StringComparison.Ordinal);
        Assert.Contains("Set Greenery:Project (or Greenery:Reports) to a name of its own", note,
            StringComparison.Ordinal);
        Assert.Empty((await first.RunAsync()).Notes);
        // The first is gone: its claim is deleted, as the message says.
        File.Delete(Assert.Single(Directory.GetFiles(Path.Combine(Folder(first), "greenery"), "database-*.txt")));
        Assert.Empty((await second.RunAsync()).Notes);
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(Folder(first), "greenery", "latest.html")));
    }

    [Fact]
    public async Task Old_pages_are_deleted_those_of_other_projects_and_of_what_readers_see_are_not()
    {
        await using var test = await TestWithPagesAsync();
        await test.RunAsync();
        string[] pages =
        [
            "2020-01-01/run-7.html", "greenery/2020-01-01/run-8.html", "greenery/2020-01-02/run-9.html",
            "greenery/2021-02-12/run-1.html", "greenery/notes.html", "other/2020-01-01/run-8.html",
        ];
        foreach (var page in pages)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder(test), page))!);
            File.AppendAllText(Path.Combine(Folder(test), page), "<title>Old</title>");
            File.SetLastWriteTimeUtc(Path.Combine(Folder(test), page), DateTime.UtcNow.AddDays(-401));
        }
        File.SetLastWriteTimeUtc(
            Path.Combine(Folder(test), "greenery/2020-01-02/run-9.html"), DateTime.UtcNow.AddDays(-399));

        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);

        Assert.Equal(
            [
                "greenery/2020-01-02/run-9.html", "greenery/2021-02-12/run-1.html", "greenery/2021-02-12/run-2.html",
                "greenery/latest.html", "greenery/notes.html", "latest.html", "other/2020-01-01/run-8.html",
            ],
            Files(test));
        Assert.False(Directory.Exists(Path.Combine(Folder(test), "greenery", "2020-01-01")));
    }

    [Fact]
    public async Task Old_pages_that_cannot_be_deleted_are_noted_once_and_hold_up_nothing()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var store = new ListingDropStore(
            ReportStores.Open(test.Drops, null, null),
            ["2020-01-01/run-8.html", "2020-01-01/run-9.html"]);
        test.PostRunActions =
            [new ReportPublishing(test.Database.Warehouse, Report(test), new UndeletableStore(store))];
        await test.RunAsync();

        Assert.Equal("2 old pages were not deleted. The first: 2020-01-01/run-8.html: It is locked.",
            Assert.Single((await test.LastAsync()).Notes));
        Assert.Contains("latest.html", Files(test));
    }

    private sealed class UndeletableStore(IDropStore store) : IDropStore
    {
        public string Description => store.Description;

        public IAsyncEnumerable<DropFile> ListAsync(CancellationToken cancellationToken) =>
            store.ListAsync(cancellationToken);

        public Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken) =>
            store.OpenAsync(file, cancellationToken);

        public Task WriteAsync(string path, Stream content, CancellationToken cancellationToken) =>
            store.WriteAsync(path, content, cancellationToken);

        public Task DeleteAsync(DropFile file, CancellationToken cancellationToken) =>
            throw new UnauthorizedAccessException("It is locked.");
    }

    [Fact]
    public async Task A_page_that_cannot_be_kept_is_noted_and_changes_nothing()
    {
        await using var test = await TestWithPagesAsync();
        File.WriteAllText(Folder(test), "in the way");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Contains("Step report was not done: ", Assert.Single((await test.LastAsync()).Notes),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_blob_storage_it_is_the_container_reports_and_a_browser_shows_it()
    {
        var azurite = await TestServices.AzuriteAsync();
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var store = ReportStores.Open(azurite, "drops", null);
        Assert.EndsWith("/reports", store.Description, StringComparison.Ordinal);
        await test.RunAsync();
        await new ReportPublishing(test.Database.Warehouse, Report(test), store, test.Database.Name)
            .ExecuteAsync(1, CancellationToken.None);
        var blob = await new BlobContainerClient(azurite, "reports")
            .GetBlobClient($"{test.Database.Name}/2021-02-12/run-1.html").DownloadContentAsync();
        Assert.Equal("text/html; charset=utf-8", blob.Value.Details.ContentType);
        Assert.StartsWith("<!doctype html>", blob.Value.Content.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://shop.blob.core.windows.net/drops", null, "https://shop.blob.core.windows.net/reports")]
    [InlineData("https://shop.blob.core.windows.net/drops", "https://other.blob.core.windows.net/pages",
        "https://other.blob.core.windows.net/pages")]
    [InlineData("/data/drops", null, "/data/reports")]
    [InlineData("/data/drops/", null, "/data/reports")]
    [InlineData("/data/drops", "/pages", "/pages")]
    public void Its_place_follows_from_the_settings(string drops, string? reports, string place) =>
        Assert.Equal(place, ReportStores.Open(drops, null, reports).Description);

    [Theory]
    [InlineData("/data/reports", null, "Greenery:Reports: is /data/reports, where the drops are")]
    [InlineData("/data/drops", "https://other.blob.core.windows.net/",
        "Greenery:Reports: is https://other.blob.core.windows.net/, which names no container")]
    public void A_place_that_cannot_be_is_a_fault(string drops, string? reports, string message) => Assert.StartsWith(
        message, Assert.Throws<ConfigurationException>(() => ReportStores.Open(drops, null, reports)).Message,
        StringComparison.Ordinal);

    private static async Task<TestWarehouse> TestWithPagesAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.PostRunActions =
            [new ReportPublishing(test.Database.Warehouse, Report(test), ReportStores.Open(test.Drops, null, null))];
        return test;
    }

    private static StateReport Report(TestWarehouse test) =>
        new(test.Database.Warehouse, test.Project, TimeProvider.System);

    private static string Folder(TestWarehouse test) =>
        Path.Combine(Path.GetDirectoryName(test.Drops)!, ReportStores.Name);

    private static IEnumerable<string> Files(TestWarehouse test) =>
        Directory.GetFiles(Folder(test), "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder(test), file).Replace('\\', '/'))
        .Where(file => !file.EndsWith(".txt", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static string Title(TestWarehouse test, string file) =>
        File.ReadLines(Path.Combine(Folder(test), file))
            .First(line => line.Contains("<title>", StringComparison.Ordinal));
}
