using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>Checks that stop a run, checks that do not, and what the next run does.</summary>
public sealed class TinyShopRunTests
{
    [Fact]
    public async Task A_planted_duplicate_key_stops_the_run_and_readers_see_yesterday()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        var yesterday = await test.MartsAsync();

        test.ChangeSql("core/dim_users.sql", "from users",
            "from users union all select user_id, name, city from users where user_id = 2");
        var failed = await test.RunAsync();

        Assert.Equal(RunState.ChecksFailed, failed.State);
        Assert.Equal(1, RunStates.ExitCode(failed.State));
        Assert.Equal(yesterday, await test.MartsAsync());
        Assert.Contains("unique on core.dim_users.user_id: 2 of 4 rows fail", failed.Message, StringComparison.Ordinal);
        var check = failed.Checks.Single(check => check.Status == CheckStatus.Fail);
        Assert.Equal(("core.dim_users.user_id.unique", 4, 2), (check.Id, check.RowsLookedAt, check.RowsFailing));
        Assert.Equal(
            ["""{"city": "Malmo", "name": "***", "user_id": 2}""", """{"city": "Malmo", "name": "***", "user_id": 2}"""],
            check.FailingRows);

        test.ChangeSql("core/dim_users.sql", " union all select user_id, name, city from users where user_id = 2", "");
        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);
        Assert.Equal(yesterday, await test.MartsAsync());
    }

    [Fact]
    public async Task A_planted_null_in_the_first_run_leaves_readers_without_marts_until_it_is_mended()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/dim_users.sql", "select user_id", "select nullif(user_id, 3) as user_id");
        var failed = await test.RunAsync();
        Assert.Equal(RunState.ChecksFailed, failed.State);
        Assert.Contains("not_null on core.dim_users.user_id: 1 of 3 rows fail", failed.Message,
            StringComparison.Ordinal);
        Assert.Empty(await test.MartsAsync());

        test.ChangeSql("core/dim_users.sql", "nullif(user_id, 3) as user_id", "user_id");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Contains("core.dim_users: 3,Cy,Leeds", await test.MartsAsync());
    }

    [Fact]
    public async Task Bad_data_of_one_daily_run_is_published_with_the_data_that_mends_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var yesterday = await test.MartsAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,-4,2021-02-13\n");
        var failed = await test.RunAsync();
        Assert.Equal(RunState.ChecksFailed, failed.State);
        Assert.Equal("accepted_range on core.fact_orders.amount: 1 of 4 rows fail; found '-4.00' (1); expected at "
            + "least 0", failed.Message);
        Assert.Equal(yesterday, await test.MartsAsync());

        // Nothing has changed: it must not slip through as "nothing new".
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        Assert.Equal(yesterday, await test.MartsAsync());

        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Contains("core.fact_orders: 13,1,4.00,2021-02-13", await test.MartsAsync());
    }

    [Fact]
    public async Task A_failing_check_that_only_warns_publishes()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 6, config: {severity: warn}}");
        var report = await test.RunAsync();
        Assert.Equal(RunState.Published, report.State);
        Assert.Contains("accepted_range on core.fact_orders.amount: 1 of 3 rows fail",
            report.Checks.Single(check => check.Status == CheckStatus.Warn).Message);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
    }

    [Fact]
    public async Task A_check_that_is_made_stricter_is_asked_again_although_no_data_is_new()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 6}");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
    }

    [Fact]
    public async Task A_database_error_in_a_check_stops_the_run_even_if_it_only_warns()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "{min_value: 0}",
            "{min_value: 0}\n          - expression_is_true: {expression: \"/ (amount - 7) > 0\", config: {severity: "
            + "warn}}");
        var report = await test.RunAsync();
        Assert.Equal(RunState.ChecksFailed, report.State);
        Assert.Contains("core.fact_orders.amount.expression_is_true", report.Message, StringComparison.Ordinal);
        Assert.Contains("division by zero (22012)", report.Message, StringComparison.Ordinal);
        Assert.Contains("sql/core/core.yml:", report.Message, StringComparison.Ordinal);
        // The other checks of the model have their say all the same.
        Assert.Equal(
            CheckStatus.Pass, report.Checks.Single(check => check.Id == "core.fact_orders.order_id.unique").Status);
        Assert.Empty(await test.MartsAsync());
    }

    [Fact]
    public async Task A_model_that_data_breaks_is_refused_with_its_file_and_not_tried_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var yesterday = await test.MartsAsync();
        test.ChangeSql(
            "marketing/fact_user_orders.sql", "sum(fact_orders.amount)", "sum(1 / (fact_orders.amount - 9))");
        var report = await test.RunAsync();
        Assert.Equal(RunState.Refused, report.State);
        Assert.Equal("sql/marketing/fact_user_orders.sql: PostgreSQL refuses it: division by zero (22012).",
            report.Message);
        Assert.Equal(0, report.Retries);
        Assert.Equal(yesterday, await test.MartsAsync());
    }

    [Fact]
    public async Task A_model_that_postgresql_does_not_accept_is_refused_before_anything_is_touched()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/dim_users.sql", "city", "town");
        var report = await test.RunAsync();
        Assert.Equal(RunState.Refused, report.State);
        Assert.StartsWith("sql/core/dim_users.sql:1: PostgreSQL refuses it: column \"town\" does not exist (42703).",
            report.Message, StringComparison.Ordinal);
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.drop"));
        Assert.Equal(0,
            await test.ValueAsync<long>("select count(*) from pg_class where relnamespace = 'staging'::regnamespace"));
    }

    [Fact]
    public async Task The_key_figures_are_kept_per_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("metrics/broken.sql",
            "-- Broken (count): nothing.\nselect 1 / (count(*) - 3) as value from core.fact_orders");
        var report = await test.RunAsync();
        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(
            [new MetricLine("broken", null, null, null, "sql/metrics/broken.sql: division by zero (22012)"),
                new MetricLine("orders", 3, null, null, null)],
            report.Metrics);
    }
}
