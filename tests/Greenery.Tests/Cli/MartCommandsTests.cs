using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Cli;

/// <summary><c>plan --sql</c>, <c>rollback</c> and <c>check</c> as processes.</summary>
public sealed class MartCommandsTests
{
    [Theory]
    [InlineData("rollback --to yesterday", "Cannot parse argument 'yesterday' for option '--to'")]
    [InlineData("rollback --to", "Required argument missing for option: '--to'.")]
    [InlineData("rollback 3", "Unrecognized command or argument '3'.")]
    [InlineData("check --model", "Unrecognized command or argument '--model'.")]
    public async Task Wrong_use_exits_with_2(string line, string message)
    {
        var result = await new CliProcess().RunAsync(line.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_shows_the_run_before_or_says_why_it_cannot()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var yesterday = await test.MartsAsync();
        var refused = await CliProcess.On(test).RunAsync("rollback");
        Assert.Equal((2, "rollback: there is no earlier published run whose tables are kept to go back to.\n"),
            (refused.ExitCode, refused.Output));

        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        var today = await test.RunAsync();
        var unknown = await CliProcess.On(test).RunAsync("rollback", "--to", "77", "--json");
        Assert.Equal((2, "refused"), (unknown.ExitCode, unknown.Json.GetProperty("state").GetString()));
        Assert.Contains("run 77 was not published", unknown.Error, StringComparison.Ordinal);

        var done = await CliProcess.On(test).RunAsync("rollback");
        Assert.Equal(0, done.ExitCode);
        Assert.StartsWith("Readers see run 1 again, as it was published.", done.Output, StringComparison.Ordinal);
        Assert.Equal(yesterday, await test.MartsAsync());
        Assert.NotEqual(1, today.RunId);
    }

    [Fact]
    public async Task Migrate_lets_a_newer_reader_role_read()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var done = await CliProcess.On(test).RunAsync("migrate");
        Assert.Equal(0, done.ExitCode);
        Assert.EndsWith("The ops schema is up to date.\n", done.Output, StringComparison.Ordinal);

        // As when the role was made later.
        await test.ExecuteAsync(ForgetReader);
        var status = await CliProcess.On(test).RunAsync("status");
        Assert.Contains(
            "Warning: greenery_reader may not read core.dim_users, core.fact_orders, marketing.fact_user_orders, "
            + "product.daily_sales. Run 'greenery migrate'", status.Output, StringComparison.Ordinal);

        var again = await CliProcess.On(test).RunAsync("migrate", "--json");
        Assert.Equal((0, 0), (again.ExitCode, again.Json.GetProperty("migrations").GetArrayLength()));
        Assert.Empty(again.Json.GetProperty("missing").EnumerateArray());
        Assert.True(await test.ValueAsync<bool>(
            "select bool_and(has_table_privilege('greenery_reader', format('%I.%I', mart, model), 'select')) "
            + "from ops.live"));
    }

    private const string ForgetReader =
        """
        update ops.live set reader_role = null;
        revoke select on core.dim_users, core.fact_orders, marketing.fact_user_orders, product.daily_sales
            from greenery_reader
        """;

    [Fact]
    public async Task A_run_without_anything_new_lets_a_newer_reader_role_read_and_a_revoke_lasts()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync(ForgetReader);

        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);

        Assert.True(await test.ValueAsync<bool>(
            "select has_table_privilege('greenery_reader', 'product.daily_sales', 'select')"));
        await test.ExecuteAsync("revoke select on core.dim_users from greenery_reader");
        Assert.Empty((await test.RunAsync()).Notes);
        Assert.Equal(
            "greenery_reader may not read core.dim_users, since the grant was revoked; Greenery does not give it "
            + "again. If that was not meant: grant select on core.dim_users to greenery_reader.",
            Assert.Single(await new ReaderGrants(test.Database.Warehouse).MissingAsync(withRevoked: true, default)));
        Assert.False(await test.ValueAsync<bool>(
            "select has_table_privilege('greenery_reader', 'core.dim_users', 'select')"));
    }

    // The role of all databases of this server may not be dropped here: another oid in the comment is what a role that
    // was made anew finds, no oid one that is made for the first time.
    [Theory]
    [InlineData("granted to 1")]
    [InlineData("not granted")]
    public async Task The_history_of_metrics_is_among_what_a_newer_reader_role_may_read(string earlier)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var grants = new ReaderGrants(test.Database.Warehouse);
        const string readable = "select has_table_privilege('greenery_reader', 'product.metric_history', 'select')";
        async Task ForgetAsync()
        {
            var comment = await test.ValueAsync<string>(
                "select obj_description('product.metric_history'::regclass, 'pg_class')");
            Assert.Matches(@" \([0-9a-f]{12}, granted to \d+\)\.$", comment);
            await test.ExecuteAsync(
                "revoke select on product.metric_history from greenery_reader; comment on view product.metric_history "
                + $"is '{System.Text.RegularExpressions.Regex.Replace(comment!, @"granted to \d+", earlier)}'");
        }

        await ForgetAsync();
        Assert.Equal(
            ["greenery_reader may not read product.metric_history. Run 'greenery migrate' as the role that owns the "
                + "marts, which grants it."],
            await grants.MissingAsync(withRevoked: true, default));
        Assert.Empty(await grants.GiveAsync(default));
        Assert.True(await test.ValueAsync<bool>(readable));

        await ForgetAsync();
        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);
        Assert.True(await test.ValueAsync<bool>(readable));

        await test.ExecuteAsync("revoke select on product.metric_history from greenery_reader");
        Assert.Empty(await grants.GiveAsync(default));
        Assert.False(await test.ValueAsync<bool>(readable));
        Assert.StartsWith("greenery_reader may not read product.metric_history, since the grant was revoked",
            Assert.Single(await grants.MissingAsync(withRevoked: true, default)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grant_that_this_role_may_not_give_is_a_note_of_the_run_and_migrate_fails()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync(ForgetReader);
        await using var pipeline = await TestRole.CreateAsync(test);
        await test.ExecuteAsync(
            $"""
            grant all on all tables in schema ops to {pipeline};
            grant usage on schema ops, core, marketing, product to {pipeline}
            """);
        await using var warehouse = await PostgresWarehouse.OpenAsync(
            $"{test.Database.ConnectionString};Options=-c role={pipeline}", CancellationToken.None);
        var grants = new ReaderGrants(warehouse);

        await grants.GiveAsync(default);

        Assert.StartsWith(
            "greenery_reader may not read core.dim_users, core.fact_orders,",
            Assert.Single(await grants.MissingAsync(withRevoked: false, default)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_of_another_role_or_one_that_is_gone_holds_up_no_other_grant()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync(ForgetReader);
        await using var pipeline = await TestRole.CreateAsync(test);
        await test.ExecuteAsync(
            $"""
            grant all on all tables in schema ops to {pipeline};
            grant usage on schema ops, core, marketing, product to {pipeline};
            grant select on core.dim_users to {pipeline};
            alter view core.fact_orders owner to {pipeline};
            drop view product.daily_sales
            """);
        await using var warehouse = await PostgresWarehouse.OpenAsync(
            $"{test.Database.ConnectionString};Options=-c role={pipeline}", CancellationToken.None);

        var missing = await new ReaderGrants(warehouse).GiveAsync(default);

        Assert.StartsWith("greenery_reader may not read core.dim_users, marketing.fact_user_orders. Run",
            Assert.Single(missing), StringComparison.Ordinal);
        Assert.Equal(["fact_orders"], await test.ListAsync("select model from ops.live where reader_role is not null"));
        await test.ExecuteAsync("alter view core.fact_orders owner to current_user");
    }

    [Fact]
    public async Task Check_judges_what_readers_see_and_changes_nothing()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var sound = await CliProcess.On(test).RunAsync("check");
        Assert.Equal((0, "7 checks: 7 passed.\n"), (sound.ExitCode, sound.Output));

        test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 6}");
        var broken = await CliProcess.On(test).RunAsync("check", "--json");
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("failed accepted_range on core.fact_orders.amount: 1 of 3 rows fail; found '5.00' (1); "
            + "expected at least 6\n7 checks: 6 passed, 1 failed.\n", broken.Error, StringComparison.Ordinal);
        Assert.Equal(1, broken.Json.EnumerateArray().Single(check => check.GetProperty("status").GetString() == "fail")
            .GetProperty("rows_failing").GetInt64());
        Assert.Equal(1, await test.ValueAsync<long>("select count(*) from ops.run"));
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.check_result where status = 'fail'"));
    }

    [Fact]
    public async Task Plan_prints_the_statements_that_will_be_sent()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,3,4,2021-02-13\n");
        var since = await test.ValueAsync<long>("select until_seq from ops.live where model = 'fact_orders'");
        var result = await CliProcess.On(test).RunAsync("plan", "--sql");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(
            $"build   core.fact_orders (new rows in orders, new rows only)\nselect order_id, user_id, amount, "
                + $"placed_on\nfrom orders\nwhere _load_seq > {since}::bigint\nbuild ",
            result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("select user_id, name, city from users", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_for_a_cluster_says_on_a_single_server_that_there_is_none()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var migrate = await CliProcess.On(test).RunAsync("migrate", "--to-citus");
        var plan = await CliProcess.On(test).RunAsync("plan", "--explain");

        Assert.Equal((2, 2), (migrate.ExitCode, plan.ExitCode));
        Assert.StartsWith("--to-citus: ", Assert.Single(migrate.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("has no extension citus, so there is no cluster", migrate.ErrorLines[0],
            StringComparison.Ordinal);
        Assert.StartsWith("--explain: ", Assert.Single(plan.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("is no Citus cluster", plan.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.run"));
    }
}
