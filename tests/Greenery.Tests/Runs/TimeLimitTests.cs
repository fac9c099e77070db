using System.Diagnostics;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Runs;

/// <summary>Work that waits for a database ends by its limit.</summary>
public sealed class TimeLimitTests
{
    [Fact]
    public async Task Work_with_a_limit_ends_by_it_and_says_so()
    {
        var watch = Stopwatch.StartNew();

        var failure = await Assert.ThrowsAsync<InfrastructureException>(() => TimeLimit.RunAsync(
            TimeSpan.FromSeconds(1), _ => Task.Delay(Timeout.Infinite, CancellationToken.None),
            CancellationToken.None));

        Assert.StartsWith("The database did not answer for 1 second.", failure.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal(7, await TimeLimit.RunAsync(
            TimeSpan.FromSeconds(30), _ => Task.FromResult(7), CancellationToken.None));
        await Assert.ThrowsAsync<ConfigurationException>(() => TimeLimit.RunAsync<int>(
            TimeSpan.FromSeconds(30), _ => throw new ConfigurationException("a", "b"), CancellationToken.None));
    }

    [Fact]
    public async Task Work_without_a_lease_is_given_up_when_the_database_is_silent_and_not_when_it_is_slow()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var hole = SlowShop.Hole(test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(
            SlowShop.Through(test, hole), CancellationToken.None);
        var limit = TimeSpan.FromSeconds(3);

        // As long as others are answered, it may take longer.
        Assert.Equal("", await SleepAsync(warehouse, limit, 5));
        var work = SleepAsync(warehouse, limit, 600);
        await Wait.UntilAsync(() => test.ValueAsync<bool>(SlowShop.Sleeping), () => work.IsCompleted);
        hole.Swallow();

        var failure = await Assert.ThrowsAsync<InfrastructureException>(() => work.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.StartsWith("The database did not answer for 3 seconds.", failure.Message, StringComparison.Ordinal);
    }

    private static Task<string> SleepAsync(PostgresWarehouse warehouse, TimeSpan limit, int seconds) =>
        SilenceLimit.RunAsync(warehouse, limit, async token =>
        {
            await using var connection = await warehouse.ConnectAsync(token);
            return (await connection.ExecuteScalarAsync<string>($"select pg_sleep({seconds})::text", null, token))!;
        }, CancellationToken.None);
}
