using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>What <c>greenery publish</c> shows to readers, and what it refuses.</summary>
public sealed class PublishedTryTests
{
    private const string ByKey =
        """
        models:
          - name: fact_user_orders
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: user_id
              inputs: {orders: user_id, dim_users: user_id}
        """;

    private const string ByKeySql =
        "select user_id, min(city) as city, sum(amount) as total from orders left join dim_users using (user_id) "
        + "group by user_id";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_published_try_is_what_a_run_would_show_and_later_runs_go_on_from_it(bool isByKey)
    {
        await using var tried = await ShopAsync(isByKey);
        await using var run = await ShopAsync(isByKey);
        foreach (var test in new[] { tried, run })
        {
            await test.RunAsync();
            test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
            test.ChangeSql("core/fact_orders.sql", "amount,", "amount + 1 as amount,");
        }

        var report = await tried.TryAsync("dim_users+", "fact_orders+");
        var published = await tried.PublishedAsync(report.RunId);
        await run.RunAsync();

        Assert.Equal(
            (3, RunTrigger.Publish, RunState.Published), (published.RunId, published.StartedBy, published.State));
        Assert.Equal(await run.MartsAsync(), await tried.MartsAsync());
        Assert.Equal(await MetricsAsync(run), await MetricsAsync(tried));
        // Nothing of it is built again, and what comes later is added to it.
        Assert.Equal(RunState.Unchanged, (await tried.RunAsync()).State);
        foreach (var test in new[] { tried, run })
        {
            test.Put("2021-02-13/orders.csv",
                "order_id,user_id,amount,placed_on\n12,3,9,2021-02-11\n13,1,2,2021-02-13\n");
            test.Put("2021-02-13/users.csv", "user_id,name,city\n2,Bo,Lund\n4,Ed,Oslo\n");
            Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        }
        var marts = await run.MartsAsync();
        Assert.Equal(marts, await tried.MartsAsync());
        Assert.Contains("new rows in orders",
            (await tried.LastAsync()).Models.Where(model => model.IsIncremental).Select(model => model.Reason));
        await tried.RunAsync(new RunRequest { IsFullRefresh = true });
        Assert.Equal(marts, await tried.MartsAsync());
        // Readers can be sent back to it.
        Assert.Equal(RunState.Unchanged, (await tried.Pipeline().RollbackAsync(3, default)).State);
        Assert.Contains("core.dim_users: 1,Ana,LISBON", await tried.MartsAsync());
    }

    [Fact]
    public async Task New_rows_that_no_run_has_published_are_tried_beside_the_rows_that_readers_see()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n10,1,-5,2021-02-10\n13,1,2,2021-02-13\n");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        test.ChangeSql("core/core.yml", "min_value: 0", "min_value: -5");
        var table = "warehouse." + await test.ValueAsync<string>(
            "select quote_ident(table_name) from ops.live where model = 'fact_orders'");
        var before = await test.ListAsync($"select ctid || ' ' || t::text from {table} as t order by ctid");

        var report = await test.TryAsync("fact_orders+");

        Assert.Equal(RunState.Tried, report.State);
        Assert.Equal(new DateOnly(2021, 2, 13), report.BusinessDate);
        Assert.Equal(before, await test.ListAsync($"select ctid || ' ' || t::text from {table} as t order by ctid"));
        Assert.NotEqual(table, "warehouse." + await test.ValueAsync<string>(
            "select quote_ident(table_name) from ops.run_model where run_id = 3 and model = 'fact_orders'"));
        await test.PublishedAsync(report.RunId);
        Assert.Equal(["10 -5.00", "11 7.00", "12 9.00", "13 2.00"],
            await test.ListAsync("select concat_ws(' ', order_id, amount) from core.fact_orders order by 1"));
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n11,1,8,2021-02-11\n");
        await test.RunAsync();
        var marts = await test.MartsAsync();
        await test.RunAsync(new RunRequest { IsFullRefresh = true });
        Assert.Equal(marts, await test.MartsAsync());
    }

    [Fact]
    public async Task It_is_published_once_and_again_when_it_was_taken_back()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        await test.TryAsync("dim_users+");
        await test.PublishedAsync(2);

        var again = await test.PublishAsync(2);

        Assert.Equal(new RunOutcome(3, RunState.Unchanged,
            "Run 2 is published already, by run 3; there is nothing to do."), again);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from ops.run"));
        await test.Pipeline().RollbackAsync(1, default);
        await test.PublishedAsync(2);
        Assert.Contains("core.dim_users: 1,Ana,LISBON", await test.MartsAsync());
    }

    [Fact]
    public async Task What_has_changed_since_it_was_tried_is_named_and_nothing_is_published()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        await test.TryAsync("dim_users+");
        await test.TryAsync("fact_user_orders", "dim_users");
        await test.TryAsync("dim_users");

        Assert.Equal("publish: Run 4 cannot be published as it was tried: marketing.fact_user_orders reads "
            + "dim_users and was not tried with it, so that readers would see rows of two versions (--select "
            + "dim_users+ tries all that read it). Nothing was published. Try it again: greenery run --select "
            + "dim_users --no-publish",
            await test.RefusalAsync(4));
        test.ChangeSql("core/dim_users.sql", "upper(city)", "lower(city)");
        Assert.Contains("as it was tried: the SQL or configuration of core.dim_users, of what it reads, or the "
            + "contract of its sources was changed since; the SQL", await test.RefusalAsync(2),
            StringComparison.Ordinal);
        test.ChangeSql("core/dim_users.sql", "lower(city)", "upper(city)");
        // A run whose checks fail leaves readers alone, and new rows in staging.
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n10,1,-5,2021-02-10\n");
        test.Put("2021-02-13/users.csv", "user_id,name,city\n2,Bo,Lund\n");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        Assert.Equal("publish: Run 2 cannot be published as it was tried: staging.users was loaded since, which "
            + "core.dim_users reads. Nothing was published. Try it again: greenery run --select dim_users+ "
            + "--no-publish",
            await test.RefusalAsync(2));
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n10,1,5,2021-02-10\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Contains(": another version of core.dim_users was published since; another version of marketing.fact_"
            + "user_orders was published since. ", await test.RefusalAsync(3), StringComparison.Ordinal);
        Assert.Equal(["run_2", "run_3", "run_4"], await test.SchemasAsync());
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.run where started_by = 'publish'"));
    }

    [Fact]
    public async Task What_changes_while_it_is_being_published_is_found_too_and_concerns_no_one_else()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        await test.TryAsync("dim_users+");
        var publication = new RunRequest { StartedBy = RunTrigger.Publish, TriedRunId = 2 };
        await test.ExecuteAsync("update ops.source_state set load_seq = load_seq + 100 where table_name = 'users'");
        var refused = await test.RunAsync(publication);
        await test.ExecuteAsync("update ops.source_state set load_seq = load_seq - 100 where table_name = 'users'");
        await test.PublishedAsync(2);
        var second = await test.RunAsync(publication);
        var host = new TestPipelineHost(test, new SetTime("2021-02-13 04:00"));
        await (await host.AlertingAsync(default)).CheckAsync(default);

        Assert.Equal(RunState.Refused, refused.State);
        Assert.StartsWith("publish: Run 2 cannot be published as it was tried: staging.users was loaded since, which "
            + "core.dim_users reads. ", refused.Message, StringComparison.Ordinal);
        Assert.Equal((RunState.Refused, "publish: Run 2 is published already, by run 4; there is nothing to do."),
            (second.State, second.Message));
        Assert.Empty(await test.ListAsync("select subject from ops.incident where level <> 'ok'"));
    }

    [Fact]
    public async Task Runs_that_are_no_tries_or_did_not_pass_are_refused_with_those_that_can_be_published()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        Assert.Equal("publish: run 1 is no try: it was started by cli and ended as 'published'; expected a run that "
            + "tried models, and none is kept: 'greenery run --select MODEL+ --no-publish' tries some.",
            await test.RefusalAsync(1));
        test.ChangeSql("core/dim_users.sql", "city from", "city || '!' as city from");
        await test.TryAsync("dim_users+");
        test.ChangeSql("core/dim_users.sql", "select user_id", "select 1 as user_id");
        Assert.Equal(RunState.ChecksFailed, (await test.TryAsync("dim_users")).State);

        Assert.Equal("publish: there is no run 9; expected a run that tried models and passed its checks: 2.",
            await test.RefusalAsync(9));
        Assert.Equal("publish: run 3 was tried and ended as 'checks_failed' ('greenery logs 3' says why); expected a "
            + "run that tried models and passed its checks: 2.", await test.RefusalAsync(3));
    }

    [Fact]
    public async Task Inputs_that_are_not_up_to_date_are_read_as_they_are_and_the_next_run_builds_it_in_full()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/fact_orders.sql", "amount,", "amount + 1 as amount,");
        test.ChangeSql("marketing/fact_user_orders.sql", "count(*)", "count(*) + 100");

        await test.TryAsync("fact_user_orders");
        await test.PublishedAsync(2);

        Assert.Contains("marketing.fact_user_orders: 1,Lisbon,102,12.00", await test.MartsAsync());
        Assert.Contains("core.fact_orders: 10,1,5.00,2021-02-10", await test.MartsAsync());
        var next = await test.RunAsync();
        Assert.Equal(["dim_users Reuse", "fact_orders Build", "fact_user_orders Build", "daily_sales Build"],
            next.Models.Select(model => $"{model.Model} {model.Action}"));
        Assert.Contains("marketing.fact_user_orders: 1,Lisbon,102,14.00", await test.MartsAsync());
    }

    [Fact]
    public async Task A_model_that_each_run_builds_is_published_as_it_was_tried()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/moment.sql", "select 1 as n, clock_timestamp() as at");
        await test.RunAsync();
        test.ChangeSql("core/moment.sql", "1 as n", "2 as n");
        await test.TryAsync("moment");

        var at = await test.ValueAsync<string>("select at::text from run_2.moment");
        await test.PublishedAsync(2);

        Assert.Equal(at, await test.ValueAsync<string>("select at::text from core.moment"));
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.NotEqual(at, await test.ValueAsync<string>("select at::text from core.moment"));
    }

    [Fact]
    public async Task It_takes_nothing_from_readers_and_judges_all_again_in_the_next_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        test.ChangeSql("core/core.yml", "min_value: 0", "min_value: 6, config: {severity: warn}");
        test.DeleteSql("product/daily_sales.sql");
        test.DeleteSql("product/product.yml");
        await test.TryAsync("dim_users+");

        var published = await test.PublishedAsync(2);

        Assert.Equal(["core.fact_orders", "product.daily_sales"], published.HeldModels.Order());
        Assert.False(published.IsPartial);
        Assert.Contains("product.daily_sales: 2021-02-10,1,5.00", await test.MartsAsync());
        Assert.Equal(
            0, await test.ValueAsync<int>("select cardinality(withdrawn_models) from ops.run where run_id = 3"));
        // The check that was changed meanwhile, of a model that was not tried.
        var next = await test.RunAsync();
        Assert.Contains("core.fact_orders.amount.accepted_range", next.Checks.Select(check => check.Id));
        Assert.DoesNotContain("product.daily_sales: 2021-02-10,1,5.00", await test.MartsAsync());
    }

    [Fact]
    public async Task It_settles_no_date_says_nothing_of_the_daily_run_and_shows_nothing_of_a_refused_drop()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        Assert.Equal(RunState.Refused, (await test.RunAsync()).State);
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        test.ChangeSql("product/daily_sales.sql", "count(*)", "count(*) + 1");
        var host = new TestPipelineHost(test, new SetTime("2021-02-13 04:00"));
        await (await host.AlertingAsync(default)).CheckAsync(default);
        await test.ExecuteAsync("insert into ops.scheduled_run (scheduled_at, business_date) "
            + "values (clock_timestamp(), '2021-02-12')");
        await test.TryAsync("dim_users+");
        await test.TryAsync("daily_sales");

        Assert.Contains("as it was tried: core.dim_users is not updated now, because a drop of users was refused; "
            + "marketing.fact_user_orders is not updated now, because dim_users is held. ", await test.RefusalAsync(3),
            StringComparison.Ordinal);
        var published = await test.PublishedAsync(4);
        await (await host.AlertingAsync(default)).CheckAsync(default);

        Assert.Equal((new DateOnly(2021, 2, 12), false), (published.BusinessDate, published.IsPartial));
        Assert.Equal(["error"], await test.ListAsync("select level from ops.incident where subject = 'run'"));
        Assert.Equal([1, 2, 5], (await test.ListAsync("select run_id::text from ops.notified_run order by run_id"))
            .Select(int.Parse));
        Assert.Single(await (await host.ScheduledRunsAsync(default)).DueAsync(DateTimeOffset.UtcNow, default));
    }

    [Theory]
    [InlineData("fact_user_orders")]
    [InlineData("dim_users", "fact_user_orders")]
    public async Task What_it_was_computed_from_must_not_have_been_built_again_since(params string[] selection)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("marketing/fact_user_orders.sql", "count(*)", "count(*) + 100");
        await test.TryAsync(selection);
        test.ChangeSql("marketing/fact_user_orders.sql", "count(*) + 100", "count(*)");
        await test.RunAsync(new RunRequest { IsFullRefresh = true });
        test.ChangeSql("marketing/fact_user_orders.sql", "count(*)", "count(*) + 100");

        Assert.Contains("another version of core.dim_users was published since, which marketing.fact_user_orders reads",
            await test.RefusalAsync(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_as_readers_see_it_stays_in_their_table_and_the_data_are_of_their_date()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/dim_cities.sql", "select distinct city from users");
        await test.RunAsync();
        test.ChangeSql("core/dim_cities.sql", "distinct city", "distinct upper(city) as city");
        await test.TryAsync("dim_users", "dim_cities");
        test.ChangeSql("core/dim_cities.sql", "distinct upper(city) as city", "distinct city");
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,2,2021-02-13\n");
        await test.RunAsync(new RunRequest { IsFullRefresh = true });
        test.ChangeSql("core/dim_cities.sql", "distinct city", "distinct upper(city) as city");
        const string Users = "select table_name from ops.live where model = 'dim_users'";
        var users = await test.ValueAsync<string>(Users);

        var published = await test.PublishedAsync(2);

        Assert.Equal(new DateOnly(2021, 2, 13), published.BusinessDate);
        Assert.Contains("core.dim_cities: LISBON", await test.MartsAsync());
        Assert.Equal(users, await test.ValueAsync<string>(Users));
    }

    [Fact]
    public async Task One_whose_checks_fail_leaves_no_trace_in_what_tells_of_readers()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        await test.TryAsync("dim_users+");
        test.ChangeSql("core/core.yml", "user_id\n        data_tests: [unique, not_null]",
            "user_id\n        data_tests: [unique, not_null, {accepted_values: {values: [9]}}]");

        Assert.Equal(RunState.ChecksFailed, (await test.PublishAsync(2)).State);

        Assert.Equal(1, (await test.LastAsync()).RunId);
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.check_state where status <> 'pass'"));
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.check_value where run_id > 1"));
    }

    [Fact]
    public async Task A_model_that_would_read_now_what_no_one_has_published_is_refused()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("marketing/fact_user_orders.sql", "count(*)", "count(*) + 100");
        await test.TryAsync("fact_user_orders");
        test.WriteSql("core/extra.sql", "select user_id, city from users");
        test.ChangeSql("marketing/fact_user_orders.sql", "dim_users", "extra");

        Assert.Contains("sql/marketing/fact_user_orders.sql: reads core.extra, which is neither published yet nor "
            + "selected. Select it too: --select +fact_user_orders. Nothing was published.", await test.RefusalAsync(2),
            StringComparison.Ordinal);
    }

    private static async Task<TestWarehouse> ShopAsync(bool isByKey)
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        if (isByKey)
        {
            test.WriteSql("marketing/fact_user_orders.sql", ByKeySql);
            test.WriteSql("marketing/marketing.yml", ByKey);
        }
        return test;
    }

    private static Task<List<string>> MetricsAsync(TestWarehouse test) => test.ListAsync(
        "select concat_ws(' ', business_date, metric, value) from ops.metric where run_id = (select max(run_id) from "
        + "ops.metric) order by 1");
}
