using Greenery.Models.Building;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>Whether incremental models are found to differ from a full computation.</summary>
public sealed class ModelVerifierTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(99.999)]
    public async Task Rows_that_differ_are_found_both_ways_with_their_keys(decimal percent)
    {
        await using var test = await ShopAsync();
        Assert.All(await VerifyAsync(test, percent), result =>
            Assert.Equal((false, null), (result.Differs, result.Skipped)));
        await test.ExecuteAsync(
            $"""
            update {await TableAsync(test, "spenders")} set total = total + 1 where user_id = 2;
            delete from {await TableAsync(test, "spenders")} where user_id = 1;
            insert into {await TableAsync(test, "fact_orders")} (order_id, user_id, amount, _run_id) values (99, 1, 1, 1)
            """);

        var results = await VerifyAsync(test, percent);

        var orders = results.Single(result => result.Model.Name == "fact_orders");
        Assert.Equal((0, 1), (orders.Missing, orders.Excess));
        Assert.Equal(["""{"order_id" : 99}"""], orders.Keys);
        var spenders = results.Single(result => result.Model.Name == "spenders");
        Assert.Equal((2, 1), (spenders.Missing, spenders.Excess));
        Assert.Equal(["""{"user_id" : 1}""", """{"user_id" : 2}"""], spenders.Keys.Order());
    }

    [Fact]
    public async Task What_is_older_than_its_data_or_its_definition_is_not_compared()
    {
        await using var test = await ShopAsync();
        test.ChangeSql("core/fact_orders.sql", "amount, placed_on", "amount * 1 as amount, placed_on");
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        test.ChangeSql("marketing/marketing.yml", "max_value: 1000", "max_value: -1");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);

        Assert.Equal(
            ["fact_orders: its definition has changed since it was published",
                "spenders: its definition has changed since it was published"],
            (await VerifyAsync(test, 100)).Select(result => $"{result.Model.Name}: {result.Skipped}"));

        test.ChangeSql("core/fact_orders.sql", "amount * 1 as amount, placed_on", "amount, placed_on");
        Assert.Equal("orders has newer rows than it", (await VerifyAsync(test, 100))[0].Skipped);
    }

    private static async Task<TestWarehouse> ShopAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("marketing/spenders.sql",
            "select user_id, sum(amount) as total from fact_orders group by user_id\n");
        test.WriteSql("marketing/marketing.yml",
            """
            models:
              - name: spenders
                config:
                  materialized: incremental
                  incremental_strategy: by_key
                  unique_key: user_id
                  inputs: {fact_orders: user_id}
                columns:
                  - {name: total, data_tests: [{accepted_range: {max_value: 1000}}]}
            """);
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        return test;
    }

    private static async Task<string> TableAsync(TestWarehouse test, string model) =>
        $"warehouse.{await test.ValueAsync<string>($"select table_name from ops.live where model = '{model}'")}";

    private static Task<IReadOnlyList<VerifiedModel>> VerifyAsync(TestWarehouse test, decimal percent)
    {
        var catalogue = test.Project.Catalogue;
        return new ModelVerifier(test.Database.Warehouse, catalogue).RunAsync(
            catalogue.Models.Where(model => model.Name is "fact_orders" or "spenders"), percent, default);
    }
}
