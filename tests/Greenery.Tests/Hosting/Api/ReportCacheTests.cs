using Greenery.Hosting.Api;

namespace Greenery.Tests.Hosting.Api;

/// <summary>A page is made once for all who ask for it, and anew when there is something new to show.</summary>
public sealed class ReportCacheTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);

    private readonly ReportCache _cache = new();
    private int _made;

    [Fact]
    public async Task Callers_at_the_same_time_get_one_page()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pages = Enumerable.Range(0, 50).Select(_ => Task.Run(() => ReadAsync(7, "a", Now, gate.Task))).ToList();
        gate.SetResult();

        Assert.All(await Task.WhenAll(pages), page => Assert.Equal("page 1", page));
    }

    [Fact]
    public async Task A_run_that_has_changed_and_another_run_have_a_page_of_their_own()
    {
        Assert.Equal("page 1", await ReadAsync(7, "a", Now));
        Assert.Equal("page 2", await ReadAsync(7, "b", Now));
        Assert.Equal("page 2", await ReadAsync(7, "b", Now));
        Assert.Equal("page 3", await ReadAsync(8, "b", Now));
    }

    [Fact]
    public async Task A_page_is_kept_for_a_while_only_and_never_by_a_clock_that_went_back()
    {
        Assert.Equal("page 1", await ReadAsync(7, "a", Now));
        Assert.Equal("page 1", await ReadAsync(7, "a", Now + ReportCache.Longest - TimeSpan.FromSeconds(1)));
        Assert.Equal("page 2", await ReadAsync(7, "a", Now + ReportCache.Longest));
        Assert.Equal("page 3", await ReadAsync(7, "a", Now));
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        await Assert.ThrowsAsync<InfrastructureException>(() => _cache.ReadAsync(
            new ReportCache.RunVersion(7, "a"), Now,
            () => Task.FromException<string>(new InfrastructureException("gone")), CancellationToken.None));

        Assert.Equal("page 1", await ReadAsync(7, "a", Now));
    }

    [Fact]
    public async Task A_caller_that_goes_away_does_not_take_the_page_from_the_others()
    {
        using var away = new CancellationTokenSource();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = ReadAsync(7, "a", Now, gate.Task, away.Token);
        var second = ReadAsync(7, "a", Now, gate.Task);

        await away.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Equal("page 1", await second);
    }

    private Task<string> ReadAsync(
        long runId, string stamp, DateTimeOffset now, Task? gate = null,
        CancellationToken cancellationToken = default) =>
        _cache.ReadAsync(
            new ReportCache.RunVersion(runId, stamp), now,
            async () =>
            {
                var page = $"page {Interlocked.Increment(ref _made)}";
                await (gate ?? Task.CompletedTask);
                return page;
            },
            cancellationToken);
}
