using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Checks;

/// <summary>
/// Checks over several daily runs: which are asked again, of which rows, and what is remembered of them.
/// </summary>
public sealed class DailyChecksTests
{
    private const string Relationship = "\n          - relationships: {to: dim_users, field: user_id}";

    [Fact]
    public async Task A_parent_that_lost_a_row_is_noticed_by_old_rows_too()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "      - name: amount\n",
            $"      - name: user_id\n        data_tests:{Relationship}\n      - name: amount\n");
        test.ChangeSql("core/dim_users.sql", "from users", "from users where city <> ''");
        await test.RunAsync();
        // The only new order is sound; the user of an old one leaves the parent in the same daily run.
        test.Put("2021-02-13/users.csv", "user_id,name,city\n2,Bo,\"\"\n");
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");

        var report = await test.RunAsync();

        Assert.Equal((RunState.ChecksFailed, "relationships on core.fact_orders.user_id: 1 of 4 rows fail; "
            + "found '2' (1); expected a user_id of dim_users"),
            (report.State, report.Message));
    }

    [Fact]
    public async Task A_parent_that_changed_has_only_its_childrens_relationships_asked_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "      - name: amount\n",
            $"      - name: user_id\n        data_tests:{Relationship}\n      - name: amount\n");
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        var orders = await test.RunAsync();
        Assert.DoesNotContain(orders.Checks, check => check.Model == "dim_users");
        Assert.Equal((4, CheckStatus.Pass), orders.Checks
            .Where(check => check.Id == "core.fact_orders.user_id.relationships")
            .Select(check => (check.RowsLookedAt, check.Status)).Single());

        test.Put("2021-02-14/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        var users = await test.RunAsync();
        Assert.Contains(users.Checks, check =>
            check.Id == "core.fact_orders.user_id.relationships" && check.RowsLookedAt == 4);
    }

    [Fact]
    public async Task A_query_check_shows_its_rows_with_personal_columns_of_all_it_reads_masked()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("marketing/checks/rich.sql",
            "-- No user spends that much.\n-- owner: ann@greenery.example\nselect user_id, name, total_spend from "
                + "fact_user_orders join dim_users using (user_id) where total_spend > 9");
        var report = await test.RunAsync();
        Assert.Equal(RunState.ChecksFailed, report.State);
        var check = report.Checks.Single(check => check.Status == CheckStatus.Fail);
        Assert.Equal(("marketing.rich", "fact_user_orders", 2, 1),
            (check.Id, check.Model, check.RowsLookedAt, check.RowsFailing));
        Assert.Equal(["""{"name": "***", "user_id": 1, "total_spend": 12.00}"""], check.FailingRows);

        test.ChangeSql("marketing/checks/rich.sql", "-- owner", "-- severity: warn\n-- owner");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);

        test.WriteSql("core/checks/unnamed.sql", "select user_id from dim_users where user_id = 3");
        report = await test.RunAsync();
        Assert.Equal(["""{"user_id": 3}"""], report.Checks.Single(check => check.Id == "core.unnamed").FailingRows);
    }

    [Fact]
    public async Task Row_counts_are_compared_once_there_are_enough_runs()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "  - name: fact_orders\n",
            "  - name: fact_orders\n    data_tests:\n      - row_count_change: {max_decrease: 50%, max_increase: "
                + "50%, min_runs: 2}\n");
        async Task<RunReport> WithAsync(int day, string rows)
        {
            test.Put($"2021-03-{day:00}/orders.csv", $"order_id,user_id,amount,placed_on\n{rows}");
            return await test.RunAsync();
        }
        static string Said(RunReport report)
        {
            var check = report.Checks.Single(check => check.Id == "core.fact_orders.row_count_change");
            return $"{EnumText.Name(check.Status)} {check.RowsLookedAt} {check.RowsFailing}";
        }
        Assert.Equal("not_evaluated 0 0", Said(await WithAsync(1, "")));
        Assert.Equal("not_evaluated 0 0", Said(await WithAsync(2, "13,1,4,2021-02-13\n")));
        Assert.Equal("pass 5 0", Said(await WithAsync(3, "14,1,4,2021-02-13\n")));
        // Four on average: six is the most, seven is too many.
        var risen = await WithAsync(4, "15,1,4,2021-02-13\n16,1,4,2021-02-13\n");
        Assert.Equal((RunState.ChecksFailed, "fail 7 3"), (risen.State, Said(risen)));

        test.ChangeSql("core/fact_orders.sql", "> :since", "> :since and amount > 100");
        var emptied = await test.RunAsync();
        Assert.Equal((RunState.ChecksFailed, "row_count_change on core.fact_orders: found 0 rows; "
            + "expected at least 2 and at most 6 (average of the last 3 runs: 4)"),
            (emptied.State, emptied.Message));
    }

    [Fact]
    public async Task Freshness_warns_stops_the_run_or_says_nothing_by_the_date_where_the_business_is()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "      - name: users\n",
            "      - name: users\n        config: {freshness: {warn_after: {count: 1, period: day}, error_after: "
            + "{count: 3, period: day}}}\n");
        test.ChangeSql("sources.yml", "      - name: orders\n",
            "      - name: orders\n        config: {freshness: {warn_after: {count: 9, period: day}}}\n");
        File.Delete(Path.Combine(test.Drops, TinyShop.Day, "orders.csv"));
        async Task<(RunState, CheckStatus, CheckStatus)> OnAsync(int day)
        {
            // In Auckland it is the next day already.
            var zone = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland");
            var report = await test.RunAsync(new Pipeline(test.Database.Warehouse, test.Store, test.Project,
                new SetTime($"2021-02-{day - 1} 12:00"), [], zone));
            var (users, orders) = (report.Checks.Single(check => check.Model == "users"),
                report.Checks.Single(check => check.Model == "orders"));
            return (report.State, users.Status, orders.Status);
        }
        Assert.Equal((RunState.Published, CheckStatus.Pass, CheckStatus.NotEvaluated), await OnAsync(13));
        Assert.Equal((RunState.Unchanged, CheckStatus.Warn, CheckStatus.NotEvaluated), await OnAsync(14));
        Assert.Equal((RunState.ChecksFailed, CheckStatus.Fail, CheckStatus.NotEvaluated), await OnAsync(16));
        Assert.Equal(
            "freshness of staging.users: the newest drop is of 2021-02-12, 4 days before 2021-02-16; expected at "
                + "most 3",
            (await test.LastAsync()).Message);
        Assert.Equal(
            ["fail 2 t", "not_evaluated 0 t"],
            await test.ListAsync("select format('%s %s %s', status, occurrences, first_seen_at is not distinct from "
                + "(select min(checked_at) from ops.check_result as r "
                + "where r.check_id = s.check_id and r.status in ('warn', 'fail'))) from ops.check_state as s where "
                + "check_id like 'staging%' order by status"));
    }

    [Fact]
    public async Task A_run_for_an_earlier_date_says_nothing_of_freshness_unless_it_is_the_last_scheduled_one()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "      - name: users\n",
            "      - name: users\n        config: {freshness: {error_after: {count: 3, period: day}}}\n");
        async Task<string> OnAsync(RunRequest request)
        {
            var report = await test.RunAsync(test.Pipeline(time: new SetTime("2021-02-20 00:10")), request);
            return string.Join(' ', report.Checks.Where(check => check.Mart == "staging")
                .Select(check => EnumText.Name(check.Status)).Prepend(EnumText.Name(report.State)));
        }
        var (first, last) = (SetTime.At("2021-02-18 23:50"), SetTime.At("2021-02-19 23:50"));
        await test.ExecuteAsync(
            "insert into ops.scheduled_run (scheduled_at, business_date) values "
                + "('2021-02-18 23:50Z', '2021-02-18'), ('2021-02-19 23:50Z', '2021-02-19')");

        Assert.Equal("published", await OnAsync(new RunRequest { Date = new DateOnly(2021, 2, 12) }));
        Assert.Equal("unchanged",
            await OnAsync(new RunRequest { Date = new DateOnly(2021, 2, 18), ScheduledAt = first }));
        Assert.Equal("checks_failed fail",
            await OnAsync(new RunRequest { Date = new DateOnly(2021, 2, 19), ScheduledAt = last }));
        Assert.Equal("checks_failed fail", await OnAsync(new RunRequest { Date = new DateOnly(2021, 2, 20) }));
        Assert.Equal("checks_failed fail", await OnAsync(new RunRequest()));
    }

    [Fact]
    public async Task What_a_check_found_is_remembered_until_it_passes()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 6, config: {severity: warn}}");
        Task<List<string>> StateAsync() => test.ListAsync(
            "select format('%s %s %s %s', status, occurrences, first_seen_at < last_seen_at, last_run_id) from "
            + "ops.check_state where check_id like '%accepted_range'");
        await test.RunAsync();
        Assert.Equal(["warn 1 f 1"], await StateAsync());
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        await test.RunAsync();
        Assert.Equal(["warn 2 t 2"], await StateAsync());
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n13,1,8,2021-02-13\n10,1,8,2021-02-10\n");
        await test.RunAsync(new RunRequest { IsFullRefresh = true });
        Assert.Equal(["pass 0  3"], await StateAsync());
    }

    [Fact]
    public async Task A_duplicate_key_of_an_incremental_model_is_named_and_the_next_good_run_is_clean()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/fact_orders.sql", "from orders\nwhere _load_seq > :since",
            "from orders cross join generate_series(1, case when amount = 13 then 2 else 1 end) where _load_seq > "
                + ":since");
        await test.RunAsync();
        var yesterday = await test.MartsAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n11,1,13,2021-02-13\n");
        var failed = await test.RunAsync();
        Assert.Equal((RunState.ChecksFailed, "unique on core.fact_orders.order_id: 2 of 4 rows fail; found '11' (2); "
            + "expected each value once"),
            (failed.State, failed.Message));
        Assert.Equal(yesterday, await test.MartsAsync());

        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n11,1,14,2021-02-13\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(["10 5.00", "11 14.00", "12 9.00"],
            await test.ListAsync("select format('%s %s', order_id, amount) from core.fact_orders order by 1"));
        Assert.Equal(3, await test.ValueAsync<long>("select row_count from ops.live where model = 'fact_orders'"));
    }
}
