using Greenery.Checks;
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

    [Fact]
    public async Task A_run_builds_in_full_what_differs_and_the_next_one_finds_it_well()
    {
        await using var test = await ShopAsync();
        await test.ExecuteAsync($"update {await TableAsync(test, "spenders")} set total = total + 1 where user_id = 2");

        var mended = await RunAsync(test, new VerifySchedule(TimeSpan.Zero, 100));

        Assert.Equal(RunState.Published, mended.State);
        Assert.Equal("its rows differed from a full build",
            mended.Models.Single(model => model.Model.EndsWith("spenders", StringComparison.Ordinal)).Reason);
        Assert.Equal("changed spenders",
            mended.Models.Single(model => model.Model.EndsWith("totals", StringComparison.Ordinal)).Reason);
        Assert.Equal(21, await test.ValueAsync<decimal>("select total from marketing.totals"));
        Assert.Equal(9, await test.ValueAsync<decimal>("select total from marketing.spenders where user_id = 2"));
        var warned = mended.Checks.Single(check => check.Id == "marketing.spenders.full_build");
        Assert.Equal((CheckStatus.Warn, 2), (warned.Status, warned.RowsFailing));
        Assert.Equal("full_build on marketing.spenders: 1 rows of a full build are missing and 1 are too many among 2 "
            + "rows; expected the rows of a full build. This run builds the model in full. Tell its authors: an input "
            + "or its key may be wrong in its config", warned.Message);
        Assert.Equal("""{"user_id": 2}""", Assert.Single(warned.FailingRows));
        Assert.DoesNotContain(mended.Checks, check => check.Id == "core.fact_orders.full_build");

        var after = await RunAsync(test, VerifySchedule.Usual);
        var again = Assert.Single(after.Checks, check => check.Id.EndsWith("full_build", StringComparison.Ordinal));
        Assert.Equal(("marketing.spenders.full_build", CheckStatus.Pass), (again.Id, again.Status));
        Assert.Equal(RunState.Unchanged, after.State);
    }

    [Fact]
    public async Task It_is_compared_once_in_so_many_days_and_never_where_the_setting_says_so()
    {
        await using var test = await ShopAsync();
        Assert.Empty(await ComparedAsync(VerifySchedule.Usual));
        await test.ExecuteAsync("update ops.run_model set started_at = started_at - interval '8 days'");

        Assert.Empty(await ComparedAsync(VerifySchedule.Usual with { Every = null }));
        Assert.Equal(["marketing.spenders.full_build"], await ComparedAsync(VerifySchedule.Usual));
        Assert.Empty(await ComparedAsync(VerifySchedule.Usual));

        async Task<IEnumerable<string>> ComparedAsync(VerifySchedule schedule) =>
            (await RunAsync(test, schedule)).Checks.Select(check => check.Id)
                .Where(id => id.EndsWith(".full_build", StringComparison.Ordinal)).Order();
    }

    [Fact]
    public async Task What_differs_right_after_a_full_build_is_warned_of_and_not_built_again()
    {
        await using var test = await ShopAsync();
        var always = new VerifySchedule(TimeSpan.Zero, 100);
        await SpoilAsync();
        await RunAsync(test, always);
        await SpoilAsync();

        var report = await RunAsync(test, always);

        Assert.Equal(RunState.Unchanged, report.State);
        Assert.Equal(CheckStatus.Warn, Assert.Single(report.Checks).Status);
        // A warning of what is compared no more would stay for good.
        var ended = await RunAsync(test, always with { Every = null });
        Assert.Equal(CheckStatus.NotEvaluated, Assert.Single(ended.Checks).Status);

        async Task SpoilAsync() =>
            await test.ExecuteAsync($"update {await TableAsync(test, "spenders")} set total = 0 where user_id = 2");
    }

    [Fact]
    public async Task What_cannot_be_compared_is_noted_and_the_run_goes_on()
    {
        await using var test = await ShopAsync();
        test.ChangeSql("marketing/spenders.sql", "sum(amount) as total", "sum(1 / amount) as total");
        await test.RunAsync();
        await test.ExecuteAsync(
            $"update {await TableAsync(test, "fact_orders")} set amount = 0 where order_id = 12");

        var report = await RunAsync(test, new VerifySchedule(TimeSpan.Zero, 100));

        Assert.Equal(RunState.Unchanged, report.State);
        Assert.Contains(report.Notes, note => note.StartsWith(
            "marketing.spenders was not compared with a full build: division by zero", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_time_other_keys_are_compared()
    {
        await using var test = await ShopAsync();
        var seen = new HashSet<string>();
        await test.ExecuteAsync($"delete from {await TableAsync(test, "spenders")}");
        for (var seed = 0; seed < 40; seed++)
        {
            var spenders = test.Project.Catalogue.Models.Where(model => model.Name == "spenders");
            var result = Assert.Single(await new ModelVerifier(test.Database.Warehouse, test.Project.Catalogue)
                .RunAsync(spenders, 20, seed, default));
            seen.UnionWith(result.Keys);
        }

        Assert.Equal(["""{"user_id" : 1}""", """{"user_id" : 2}"""], seen.Order());
    }

    private static Task<RunReport> RunAsync(TestWarehouse test, VerifySchedule schedule) =>
        test.RunAsync(new Pipeline(
            test.Database.Warehouse, test.Store, test.Project, TimeProvider.System, [],
            limits: new RunLimits { Verify = schedule }));

    private static async Task<TestWarehouse> ShopAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("marketing/spenders.sql",
            "select user_id, sum(amount) as total from fact_orders group by user_id\n");
        test.WriteSql("marketing/totals.sql", "select sum(total) as total from spenders\n");
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
            catalogue.Models.Where(model => model.Name is "fact_orders" or "spenders"), percent, 0, default);
    }
}
