using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>
/// Whatever is tried and published in between, over runs that fail and are rolled back: a try leaves readers alone,
/// and what a run shows in the end equals one full build.
/// </summary>
public sealed class TriedHistoryTests
{
    private const string ByKey =
        """
        models:
          - name: fact_user_orders
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: user_id
              inputs: {fact_orders: user_id, dim_users: user_id}
        """;

    private static readonly string[] Selectors =
        ["dim_users", "dim_users+", "fact_orders", "fact_orders+", "+fact_user_orders", "fact_user_orders"];

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task What_is_published_in_the_end_equals_one_full_build(int seed)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("marketing/marketing.yml", ByKey);
        await test.RunAsync();
        var (chance, log) = (new Random(seed), new List<string>());
        for (var day = 13; day <= 22; day++)
        {
            Change(test, chance, day);
            log.Add(await ActAsync(test, chance));
        }
        SetFloor(test, 0);

        await test.RunAsync();
        var marts = await test.MartsAsync();
        await test.RunAsync(new RunRequest { IsFullRefresh = true });

        Assert.True(marts.SequenceEqual(await test.MartsAsync()), string.Join('\n', log));
        Assert.Contains(log, line => line.EndsWith(" and published", StringComparison.Ordinal));
        Assert.Contains(log, line => line.Contains("cannot be published", StringComparison.Ordinal));
    }

    private static void Change(TestWarehouse test, Random chance, int day)
    {
        test.Put($"2021-02-{day}/orders.csv", "order_id,user_id,amount,placed_on\n" + string.Concat(
            Enumerable.Range(10, 4).Where(_ => chance.Next(2) == 0)
                .Select(order => $"{order},{chance.Next(1, 4)},{chance.Next(1, 9)},2021-02-{chance.Next(10, 13)}\n")
                .DefaultIfEmpty($"{day},1,1,2021-02-11\n")));
        if (chance.Next(2) == 0)
        {
            test.Put($"2021-02-{day}/users.csv", $"user_id,name,city\n{chance.Next(1, 5)},Ana,City{day}\n");
        }
        if (chance.Next(3) == 0)
        {
            test.WriteSql("core/dim_users.sql", $"select user_id, name, city || {chance.Next(2)} as city from users\n");
        }
        if (chance.Next(3) == 0)
        {
            test.WriteSql("core/fact_orders.sql", $"select order_id, user_id, amount + {chance.Next(2)} as amount, "
                + "placed_on from orders where _load_seq > :since\n");
        }
    }

    private static async Task<string> ActAsync(TestWarehouse test, Random chance)
    {
        switch (chance.Next(5))
        {
            case 0:
                // It loads, and publishes nothing.
                SetFloor(test, 1000);
                var failed = await test.RunAsync();
                SetFloor(test, 0);
                return $"{failed.RunId} {failed.State}";
            case 1:
                return $"{(await test.RunAsync()).State}";
            case 2:
                return $"rollback: {(await test.Pipeline().RollbackAsync(null, default)).State}";
            default:
                return await TryAsync(test, chance);
        }
    }

    private static async Task<string> TryAsync(TestWarehouse test, Random chance)
    {
        var seen = await test.MartsAsync();
        var selector = Selectors[chance.Next(Selectors.Length)];
        var tried = await test.TryAsync(selector);
        Assert.Equal((RunState.Tried, null), (tried.State, tried.Message));
        Assert.Equal(seen, await test.MartsAsync());
        if (chance.Next(4) == 0)
        {
            await test.RunAsync();
        }
        try
        {
            var outcome = await test.PublishAsync(tried.RunId);
            Assert.Equal((RunState.Published, null), (outcome.State, outcome.Message));
            return $"{tried.RunId} tried {selector} and published";
        }
        catch (ConfigurationException exception)
        {
            return exception.Message;
        }
    }

    private static void SetFloor(TestWarehouse test, int floor) => test.WriteSql("core/core.yml",
        $$"""
        version: 2
        models:
          - name: dim_users
            columns:
              - {name: user_id, data_tests: [unique, not_null]}
          - name: fact_orders
            config: {materialized: incremental, unique_key: order_id}
            columns:
              - {name: amount, data_tests: [{accepted_range: {min_value: {{floor}} } }]}
        """);
}
