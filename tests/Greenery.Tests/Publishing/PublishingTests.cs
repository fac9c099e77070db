using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Tests.Support;
using Npgsql;

namespace Greenery.Tests.Publishing;

/// <summary>What readers keep, and what they never see.</summary>
public sealed class PublishingTests
{
    [Fact]
    public async Task A_users_view_on_a_mart_survives_publishing_also_when_a_column_is_added()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync(
            "create schema reports; create view reports.people as select user_id, name from core.dim_users");

        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(4, await test.ValueAsync<long>("select count(*) from reports.people"));

        test.WriteSql("core/dim_users.sql", "select user_id, name, city, upper(city) as city_code from users");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal("Di", await test.ValueAsync<string>("select name from reports.people where user_id = 4"));
        Assert.Equal("OSLO", await test.ValueAsync<string>("select city_code from core.dim_users where user_id = 4"));
    }

    [Fact]
    public async Task Taking_away_a_column_that_a_users_view_needs_is_refused_with_the_views_name()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync("create schema reports; create view reports.cities as select city from core.dim_users");
        var yesterday = await test.MartsAsync();

        test.ChangeSql("core/dim_users.sql", ", city", "");
        test.ChangeSql("marketing/fact_user_orders.sql", "    dim_users.city,\n", "    'x' as city,\n");
        test.ChangeSql("marketing/fact_user_orders.sql", "dim_users.user_id,\n    dim_users.city", "dim_users.user_id");
        var report = await test.RunAsync();

        Assert.Equal(RunState.Refused, report.State);
        Assert.Contains("view reports.cities depends on view dim_users", report.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was published.", report.Message, StringComparison.Ordinal);
        Assert.Equal(yesterday, await test.MartsAsync());

        await test.ExecuteAsync("drop view reports.cities");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Contains("core.dim_users: 1,Ana", await test.MartsAsync());
    }

    [Fact]
    public async Task Grants_survive_a_column_that_goes()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var role = await TestRole.CreateAsync(test);
        await test.RunAsync();
        await test.ExecuteAsync(
            $"grant usage on schema core to {role}; grant select on core.dim_users to {role} with grant option");

        test.ChangeSql("core/dim_users.sql", "name, ", "");
        test.ChangeSql("core/core.yml", "      - name: name\n        meta: {pii: true}\n", "");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);

        Assert.Equal("user_id,city", await test.ValueAsync<string>(
            "select string_agg(attname, ',' order by attnum) from pg_attribute where attrelid = "
                + "'core.dim_users'::regclass and attnum > 0"));
        Assert.True(await test.ValueAsync<bool>(
            $"select has_table_privilege('{role}', 'core.dim_users', 'select with grant option')"));
        Assert.True(await test.ValueAsync<bool>(
            "select has_table_privilege('greenery_reader', 'core.dim_users', 'select')"));
    }

    [Fact]
    public async Task Readers_get_what_the_metrics_were_and_a_revoked_grant_is_not_given_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("metrics/amount.sql", "-- Amount (EUR): of the orders.\nselect sum(amount) as value\n"
            + "from core.fact_orders\nwhere placed_on between :from_date and :to_date");
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        await test.RunAsync();

        Assert.Equal(
            ["2021-02-12 all_days 21.00", "2021-02-12 day 16.00", "2021-02-13 all_days 25.00", "2021-02-13 day 4.00"],
            await test.ListAsync("select concat_ws(' ', business_date, period, round(value, 2)) "
                + "from product.metric_history where metric = 'amount' and period in ('all_days', 'day') order by 1"));
        await test.ExecuteAsync("revoke select on product.metric_history from greenery_reader");
        await test.RunAsync(new RunRequest { IsFullRefresh = true });
        Assert.False(await test.ValueAsync<bool>(
            "select has_table_privilege('greenery_reader', 'product.metric_history', 'select')"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_history_of_metrics_with_other_columns_is_made_anew_or_noted(bool isUsed)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync(
            "drop view product.metric_history; create view product.metric_history as select 1 as x; "
            + "comment on view product.metric_history is "
            + "'What the metrics were for each business date, as published (earlier).'"
            + (isUsed ? "; create view public.mine as select x from product.metric_history" : ""));
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");

        var run = await test.RunAsync();

        Assert.Equal(RunState.Published, run.State);
        Assert.Equal(isUsed, run.Notes.Any(note => note.StartsWith(
            "The view product.metric_history was not brought up to date: ", StringComparison.Ordinal)));
        Assert.Equal(isUsed ? "x" : "business_date", await test.ValueAsync<string>(
            "select attname::text from pg_attribute "
                + "where attrelid = 'product.metric_history'::regclass and attnum = 1"));
    }

    [Fact]
    public async Task A_history_of_metrics_that_others_lock_is_left_to_the_next_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync("comment on view product.metric_history is "
            + "'What the metrics were for each business date, as published (earlier).'");
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        await using (var reader = await test.Database.Warehouse.ConnectAsync(CancellationToken.None))
        {
            await using var transaction = await reader.BeginTransactionAsync();
            await RunAsync(reader, "lock table product.metric_history in access share mode");
            Assert.Equal(RunState.Published,
                (await test.RunAsync().WaitAsync(TimeSpan.FromMinutes(1))).State);
        }
    }

    [Fact]
    public async Task A_users_own_view_with_the_name_of_the_history_of_metrics_is_left_alone()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.ExecuteAsync("create schema if not exists product; create view product.metric_history as select "
            + "1 as x");

        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(1, await test.ValueAsync<int>("select x from product.metric_history"));
    }

    [Fact]
    public async Task Greenery_reader_reads_the_marts_and_nothing_else()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await using var connection = await test.Database.Warehouse.ConnectAsync(CancellationToken.None);
        await RunAsync(connection, "set role greenery_reader");
        foreach (var view in new[]
            {
                "core.dim_users", "core.fact_orders", "marketing.fact_user_orders", "product.daily_sales",
                "product.metric_history",
            })
        {
            await RunAsync(connection, $"select * from {view}");
        }
        var table = await test.ValueAsync<string>("select table_name from ops.live where model = 'dim_users'");
        foreach (var statement in new[]
        {
            "select * from staging.users", "select * from ops.run", "select * from ops.quarantine",
            $"select * from warehouse.{table}",
            "delete from core.dim_users", "create table core.mine (id int)", "drop view core.dim_users",
        })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(connection, statement));
            Assert.Equal((statement, PostgresErrorCodes.InsufficientPrivilege), (statement, refused.SqlState));
        }
        await RunAsync(connection, "reset role");
    }

    [Fact]
    public async Task A_reader_who_holds_a_mart_delays_publishing_and_does_not_break_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        await using var reader = await test.Database.Warehouse.ConnectAsync(CancellationToken.None);
        await RunAsync(reader, "begin; select count(*) from core.dim_users");

        var run = test.RunAsync();
        await Wait.UntilAsync(
            () => test.ValueAsync<bool>("select exists (select from ops.step where run_id = 2 and step = 'publish')"),
            () => run.IsCompleted);
        Assert.Equal(3, await CountAsync(reader));
        Assert.False(run.IsCompleted);
        await RunAsync(reader, "commit");

        Assert.Equal(RunState.Published, (await run).State);
        Assert.Equal(4, await CountAsync(reader));
    }

    [Fact]
    public async Task Readers_never_see_an_error_or_a_mix_while_twenty_daily_runs_are_published()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        using var stop = new CancellationTokenSource();
        var reads = ReadUntilAsync(test, stop.Token);
        var pipeline = test.Pipeline();
        for (var i = 0; i < 20; i++)
        {
            test.Put($"2021-03-{i + 1:00}/users.csv", $"user_id,name,city\n{100 + i},New,Town {i}\n");
            test.Put($"2021-03-{i + 1:00}/orders.csv",
                $"order_id,user_id,amount,placed_on\n{100 + i},{100 + i},{i},2021-03-{i + 1:00}\n10,1,"
                + $"{i},2021-02-10\n");
            Assert.Equal(RunState.Published, (await test.RunAsync(pipeline)).State);
        }
        await stop.CancelAsync();
        Assert.InRange(await reads, 21, int.MaxValue);
    }

    [Fact]
    public async Task A_deleted_models_view_disappears()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.DeleteSql("product/daily_sales.sql");
        test.DeleteSql("product/product.yml");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Null(await test.ValueAsync<string>("select to_regclass('product.daily_sales')::text"));
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.live where model = 'daily_sales'"));
    }

    [Fact]
    public async Task A_deleted_model_that_a_view_reads_is_refused_with_the_readers_name()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync(
            "create schema reports; create view reports.sales as select revenue from product.daily_sales");
        test.DeleteSql("product/daily_sales.sql");
        test.DeleteSql("product/product.yml");
        var report = await test.RunAsync();
        Assert.Equal(RunState.Refused, report.State);
        Assert.Contains(
            "view reports.sales depends on view product.daily_sales", report.Message, StringComparison.Ordinal);
        Assert.Equal(2, await test.ValueAsync<long>("select count(*) from reports.sales"));
    }

    [Fact]
    public async Task A_model_may_go_together_with_a_views_reading_of_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/days.sql",
            "select placed_on, count(*) as orders, sum(amount) as revenue from fact_orders group by placed_on");
        test.WriteSql("product/daily_sales.sql", "select placed_on, orders, revenue from days");
        await test.RunAsync();
        test.WriteSql("product/daily_sales.sql",
            "select placed_on, count(*) as orders, sum(amount) as revenue from fact_orders group by placed_on");
        test.DeleteSql("core/days.sql");
        var report = await test.RunAsync();
        Assert.Equal((RunState.Published, Withdrawal.Describe(["core.days"])), (report.State, report.Message));
        Assert.Null(await test.ValueAsync<string>("select to_regclass('core.days')::text"));
        Assert.Equal(2, await test.ValueAsync<long>("select count(*) from product.daily_sales"));
    }

    [Fact]
    public async Task Models_that_read_each_other_may_go_together()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/days.sql",
            "select placed_on, count(*) as orders, sum(amount) as revenue from fact_orders group by placed_on");
        test.WriteSql("product/daily_sales.sql", "select placed_on, orders, revenue from days");
        test.ChangeSql("core/core.yml", "models:\n", "models:\n  - name: days\n    config: {materialized: view}\n");
        await test.RunAsync();
        test.DeleteSql("core/days.sql");
        test.ChangeSql("core/core.yml", "  - name: days\n    config: {materialized: view}\n", "");
        test.DeleteSql("product/daily_sales.sql");
        test.DeleteSql("product/product.yml");
        var report = await test.RunAsync(new RunRequest { MayWithdraw = true });
        Assert.Equal(
            (RunState.Published, Withdrawal.Describe(["core.days", "product.daily_sales"])),
            (report.State, report.Message));
        Assert.Null(await test.ValueAsync<string>("select to_regclass('core.days')::text"));
        Assert.Null(await test.ValueAsync<string>("select to_regclass('product.daily_sales')::text"));
    }

    [Fact]
    public async Task A_column_may_go_together_with_the_view_that_needed_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("marketing/cities.sql", "select city, count(*) as users from dim_users group by city");
        test.WriteSql(
            "marketing/marketing.yml", "version: 2\nmodels:\n  - name: cities\n    config: {materialized: view}\n");
        await test.RunAsync();
        test.DeleteSql("marketing/cities.sql");
        test.DeleteSql("marketing/marketing.yml");
        test.ChangeSql("core/dim_users.sql", ", city", "");
        test.ChangeSql("marketing/fact_user_orders.sql", "    dim_users.city,\n", "");
        test.ChangeSql("marketing/fact_user_orders.sql", "dim_users.user_id,\n    dim_users.city", "dim_users.user_id");
        var report = await test.RunAsync();
        Assert.Equal((RunState.Published, Withdrawal.Describe(["marketing.cities"])), (report.State, report.Message));
        Assert.Contains("core.dim_users: 1,Ana", await test.MartsAsync());
    }

    [Fact]
    public async Task A_model_that_moves_to_another_mart_leaves_its_old_mart()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        File.Move(Path.Combine(test.Sql, "marketing", "fact_user_orders.sql"),
            Path.Combine(test.Sql, "product", "fact_user_orders.sql"));
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Null(await test.ValueAsync<string>("select to_regclass('marketing.fact_user_orders')::text"));
        Assert.Equal(2, await test.ValueAsync<long>("select count(*) from product.fact_user_orders"));
    }

    [Fact]
    public async Task A_model_may_change_between_table_and_view()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var before = await test.MartsAsync();
        test.ChangeSql("product/product.yml", "config: {materialized: view}", "config: {materialized: table}");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(before, await test.MartsAsync());
        test.ChangeSql("product/product.yml", "config: {materialized: table}", "config: {materialized: view}");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(before, await test.MartsAsync());
    }

    [Fact]
    public async Task A_view_model_shows_the_new_rows_of_what_it_reads()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        Assert.Contains("product.daily_sales: 2021-02-11,2,16.00", await test.MartsAsync());
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,3,4,2021-02-11\n");
        await test.RunAsync();
        Assert.Contains("product.daily_sales: 2021-02-11,3,20.00", await test.MartsAsync());
        // It is a view on core's view: it has no table of its own.
        Assert.Null(await test.ValueAsync<string>("select table_name from ops.live where model = 'daily_sales'"));
    }

    [Fact]
    public async Task A_new_row_of_an_incremental_model_replaces_the_one_with_its_key()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n11,1,70,2021-02-11\n13,3,4,2021-02-13\n");
        var report = await test.RunAsync();
        Assert.Equal(
            new ModelLine("core", "fact_orders", ModelAction.Build, "new rows in orders", IsIncremental: true, 2, null),
            report.Models.Single(model => model.Model == "fact_orders") with { Seconds = null });
        Assert.Equal(
            ["10 5.00", "11 70.00", "12 9.00", "13 4.00"],
            await test.ListAsync("select format('%s %s', order_id, amount) from core.fact_orders order by order_id"));
        Assert.Equal(4, await test.ValueAsync<long>("select row_count from ops.live where model = 'fact_orders'"));
    }

    private static async Task<int> ReadUntilAsync(TestWarehouse test, CancellationToken stop)
    {
        var reads = 0;
        await using var connection = await test.Database.Warehouse.ConnectAsync(CancellationToken.None);
        while (!stop.IsCancellationRequested)
        {
            await using var command = new NpgsqlCommand(
                """
                select (select sum(amount) from core.fact_orders), (select sum(total_spend) from marketing.fact_user_orders),
                    (select sum(revenue) from product.daily_sales)
                """, connection);
            await using var row = await command.ExecuteReaderAsync(CancellationToken.None);
            await row.ReadAsync(CancellationToken.None);
            Assert.Equal(row.GetDecimal(0), row.GetDecimal(1));
            Assert.Equal(row.GetDecimal(0), row.GetDecimal(2));
            reads++;
        }
        return reads;
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select count(*) from core.dim_users", connection);
        return (long)(await command.ExecuteScalarAsync(CancellationToken.None))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
