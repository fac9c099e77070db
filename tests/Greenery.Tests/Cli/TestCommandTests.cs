using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary><c>test</c> as a process, on a database in which nothing is.</summary>
public sealed class TestCommandTests
{
    private const string Tests =
        """
        unit_tests:
          - name: spend_is_the_sum
            model: fact_user_orders
            description: What finance counts.
            given:
              - input: ref('dim_users')
                rows: [{user_id: 1, name: Ana, city: Lisbon}, {user_id: 2, name: Bo, city: Malmo}]
              - input: ref('fact_orders')
                rows: [{user_id: 1, amount: 2}, {user_id: 1, amount: 3}]
            expect:
              rows: [{user_id: 1, total_orders: 2, total_spend: 5}]
          - name: names_stay
            model: dim_users
            given: [{input: "source('shop', 'users')", rows: [{user_id: 1, name: Ana, city: Lisbon}]}]
            expect: {rows: [{user_id: 1, name: Ana}]}

        """;

    [Fact]
    public async Task Tests_that_pass_exit_with_0_and_those_that_fail_with_1_and_their_rows()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("marketing/tests.yml", Tests);
        await test.ExecuteAsync("drop schema ops cascade");
        var passed = await CliProcess.On(test).RunAsync("test");
        Assert.Equal((0, "", "2 unit tests of 2 models: 2 passed.\n"), (passed.ExitCode, passed.Error, passed.Output));

        test.ChangeSql("marketing/fact_user_orders.sql", "sum(", "max(");
        test.ChangeSql("core/dim_users.sql", "select user_id, name", "select user_id, upper(name) as name");
        var failed = await CliProcess.On(test).RunAsync("test");
        Assert.Equal((1, ""), (failed.ExitCode, failed.Error));
        Assert.Equal(
            """
            FAILED core.dim_users.names_stay (sql/marketing/tests.yml:12)
                differs     {user_id: 1}: name is ***, expected ***
            FAILED marketing.fact_user_orders.spend_is_the_sum (sql/marketing/tests.yml:2)
                What finance counts.
                differs     {user_id: 1, total_orders: 2}: total_spend is 3.00, expected 5
            2 unit tests of 2 models: 0 passed, 2 failed.

            """, failed.Output);

        var json = (await CliProcess.On(test).RunAsync("test", "marketing.fact_user_orders", "--json")).Json;
        var result = Assert.Single(json.EnumerateArray());
        Assert.False(result.GetProperty("is_passed").GetBoolean());
        var changed = result.GetProperty("changed")[0].GetProperty("values")[0];
        Assert.Equal("5", changed.GetProperty("expected").GetString());
        Assert.False(await test.ValueAsync<bool>("select to_regnamespace('ops') is not null"));
    }

    [Fact]
    public async Task A_model_without_a_test_or_a_test_of_no_model_exits_with_2()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("marketing/tests.yml", Tests);
        var refused = await CliProcess.On(test).RunAsync("test", "daily_sales");
        Assert.Equal((2, "test: 'daily_sales' has no unit test; expected one of core.dim_users, "
            + "marketing.fact_user_orders.\n"), (refused.ExitCode, refused.Error));

        test.ChangeSql("marketing/tests.yml", "total_spend: 5", "total_spend: five");
        refused = await CliProcess.On(test).RunAsync("validate");
        Assert.Equal((2, "sql/marketing/tests.yml:11: column 'total_spend' of fact_user_orders has 'five', which is no "
            + "numeric; expected a value of this type.\n"), (refused.ExitCode, refused.Error));
    }
}
