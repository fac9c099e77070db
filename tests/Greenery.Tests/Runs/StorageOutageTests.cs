using Azure.Storage.Blobs;
using Greenery.Drops;
using Greenery.LocalServices;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>A storage that is away or answers by halves for a while is waited for, as a database is.</summary>
public sealed class StorageOutageTests : IDisposable
{
    private readonly TestDataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(StepKind.Verify, "discover")]
    [InlineData(StepKind.Discover, "load:")]
    public async Task A_run_outlasts_a_storage_that_stops_and_starts_again(StepKind stopAfter, string retried)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var azurite = await StartAzuriteAsync();
        var setting = await azurite.DropsAsync(CancellationToken.None);
        await UploadAsync(setting);
        var hasRetried = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = test.Pipeline(DropStores.Open(setting, null)).RunAsync(new RunRequest(), new Reaction(happened =>
        {
            if (happened.Kind == RunEventKind.Done && happened.Step.Kind == stopAfter)
            {
                azurite.DisposeAsync().AsTask().Wait();
            }
            else if (happened.Kind == RunEventKind.Retried)
            {
                hasRetried.TrySetResult($"{happened.Step.Name}: {happened.Error}");
            }
        }), CancellationToken.None);
        var reason = await hasRetried.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await using var again = await StartAzuriteAsync();
        Assert.Equal(setting, await again.DropsAsync(CancellationToken.None));

        Assert.Equal(RunState.Published, (await run).State);
        Assert.StartsWith(retried, reason, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", reason, StringComparison.Ordinal);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from core.dim_users"));
    }

    // The client itself asks five times where the status says that it may.
    [Theory]
    [InlineData(500, 7)]
    [InlineData(503, 7)]
    [InlineData(200, 3)]
    public async Task Answers_that_are_cut_short_are_asked_for_again(int status, int times)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var (setting, container) = await UploadedAsync();
        var port = new BlobServiceClient(setting).Uri.Port;
        await using var broken = new BrokenStorage(port, status, times);
        var store = DropStores.Open(setting.Replace($":{port}/", $":{broken.Port}/", StringComparison.Ordinal),
            container);

        var report = await test.RunAsync(test.Pipeline(store, new HastyTime()));

        Assert.Equal((RunState.Published, 0), (report.State, broken.Left));
        Assert.True(report.Retries > 0);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_storage_that_answers_by_halves_for_good_is_named_and_no_defect(int status)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var (setting, container) = await UploadedAsync();
        var port = new BlobServiceClient(setting).Uri.Port;
        await using var broken = new BrokenStorage(port, status, int.MaxValue);
        var store = DropStores.Open(setting.Replace($":{port}/", $":{broken.Port}/", StringComparison.Ordinal),
            container);

        var failure = await Assert.ThrowsAsync<InfrastructureException>(
            async () => await store.ListAsync(CancellationToken.None).ToListAsync());

        Assert.Contains("its answer was cut short or is not a storage's", failure.Message, StringComparison.Ordinal);
        Assert.True(Transient.Is(failure));
        Assert.Equal(RunState.Failed, FailureText.From(failure).EndsAs);
        Assert.DoesNotContain("defect", FailureText.From(failure).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_stopped_while_the_storage_is_away_ends_as_cancelled()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        using var stop = new CancellationTokenSource();
        var setting = (await TestServices.AzuriteAsync()).Replace(
            $":{new BlobServiceClient(await TestServices.AzuriteAsync()).Uri.Port}/", ":1/", StringComparison.Ordinal);
        var run = test.Pipeline(DropStores.Open(setting, null)).RunAsync(new RunRequest(), new Reaction(happened =>
        {
            if (happened.Kind == RunEventKind.Started && happened.Step.Kind == StepKind.Discover)
            {
                // In the middle of the client's own attempts.
                stop.CancelAfter(TimeSpan.FromSeconds(1));
            }
        }), stop.Token);

        Assert.Equal(RunState.Cancelled, (await run).State);
    }

    private Task<LocalEnvironment> StartAzuriteAsync() => LocalEnvironment.StartAsync(
        TestServices.Options(_folder.Path) with { IsThrowAway = false }, null, CancellationToken.None);

    private static async Task<(string Setting, string Container)> UploadedAsync()
    {
        var (setting, container) = (await TestServices.AzuriteAsync(), $"drops-{Guid.NewGuid():n}");
        await UploadAsync(setting, container);
        return (setting, container);
    }

    private static async Task UploadAsync(string setting, string container = DropStores.DefaultContainer)
    {
        var store = DropStores.Open(setting, container);
        foreach (var (name, content) in ((string, string)[])
            [("users", TinyShop.Users), ("orders", TinyShop.Orders)])
        {
            await store.WriteAsync(
                $"{TinyShop.Day}/{name}.csv", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)),
                CancellationToken.None);
        }
    }
}
