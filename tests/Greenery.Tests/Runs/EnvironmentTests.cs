using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>Schemas that show the marts as tried (<c>greenery run --env</c>), beside those of readers.</summary>
public sealed class EnvironmentTests
{
    private const string Dev = "dev_ana";

    [Fact]
    public async Task It_shows_what_a_run_would_publish_and_copies_nothing_that_is_the_same()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var published = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var tables = await test.ModelTablesAsync();
        var others = await test.OthersSeeAsync(tables);
        foreach (var changed in new[] { test, published })
        {
            changed.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
            changed.WriteSql("marketing/marketing.yml",
                "version: 2\nmodels:\n  - name: fact_user_orders\n    description: What a user ordered.\n");
        }

        var report = await RunAsync(test, Dev);
        await published.RunAsync();

        Assert.Equal((RunState.Tried, RunTrigger.Try, Dev), (report.State, report.StartedBy, report.Environment));
        Assert.Equal(await published.MartsAsync(), await test.MartsAsync($"{Dev}_"));
        Assert.Equal(others, await test.OthersSeeAsync(tables));
        // Only what differs has a table of its own.
        Assert.Equal(2, (await test.ModelTablesAsync()).Except(tables).Count());
        Assert.Equal("What a user ordered.", await test.ValueAsync<string>(
            $"select obj_description('{Dev}_marketing.fact_user_orders'::regclass)"));
        Assert.Equal(0, await test.ValueAsync<long>(
            $"select count(*) from pg_namespace where nspname like '{Dev}\\_%' "
            + $"and has_schema_privilege('{ReaderRole.UsualName}', oid, 'usage')"));
        var line = Assert.Single(await Of(test).ListAsync(default));
        Assert.Equal((Dev, 2, 4, 2), (line.Name, line.RunId, line.Models, line.Differing));
        Assert.Equal([$"{Dev}_core", $"{Dev}_marketing", $"{Dev}_product"], line.Schemas);
        Assert.True(line.Bytes > 0);
    }

    [Fact]
    public async Task It_keeps_what_it_shows_while_others_run_and_try_and_follows_when_it_is_run_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        await RunAsync(test, Dev);
        var shown = await test.MartsAsync($"{Dev}_");
        test.ChangeSql("core/dim_users.sql", "upper(city) as city from", "city from");
        for (var day = 13; day <= 17; day++)
        {
            // Old rows are corrected in the table that the environment shares with readers.
            test.Put($"2021-02-{day}/orders.csv", $"order_id,user_id,amount,placed_on\n10,1,{day},2021-02-10\n");
            test.Put($"2021-02-{day}/users.csv", $"user_id,name,city\n2,Bo,City {day}\n");
            Assert.Equal(RunState.Published, (await test.RunAsync()).State);
            Assert.Equal(RunState.Tried, (await test.TryAsync("dim_users")).State);
        }

        Assert.Equal(shown, await test.MartsAsync($"{Dev}_"));
        var again = await RunAsync(test, Dev);

        Assert.Equal(await test.MartsAsync(), await test.MartsAsync($"{Dev}_"));
        Assert.DoesNotContain("Build", again.Models.Select(model => $"{model.Action}"));
        Assert.Equal(again.RunId, Assert.Single(await Of(test).ListAsync(default)).RunId);
        // What it showed before is not needed any more.
        for (var day = 18; day <= 20; day++)
        {
            test.Put($"2021-02-{day}/users.csv", $"user_id,name,city\n2,Bo,City {day}\n");
            await test.RunAsync();
        }
        await RunAsync(test, Dev);
        await test.RunAsync(new RunRequest { IsFullRefresh = true });
        Assert.Equal(0, await test.ValueAsync<long>(
            "select count(*) from ops.run where run_id = 2 and is_kept"));
        Assert.DoesNotContain("run_2", await test.SchemasAsync());
    }

    [Fact]
    public async Task It_is_dropped_with_what_only_it_needed_and_others_keep_theirs()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var tables = await test.ModelTablesAsync();
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        await RunAsync(test, Dev);
        await RunAsync(test, "dev_bo");
        // The same is built once.
        Assert.Equal(2, (await test.ModelTablesAsync()).Except(tables).Count());
        var shown = await test.MartsAsync($"{Dev}_");

        Assert.Equal(3, (await Of(test).DropAsync(Name(Dev), default)).Count);

        Assert.Empty(await test.MartsAsync($"{Dev}_"));
        Assert.Equal(shown, await test.MartsAsync("dev_bo_"));
        await Of(test).DropAsync(Name("dev_bo"), default);
        test.ChangeSql("core/dim_users.sql", "upper(city) as city from", "city from");
        for (var day = 13; day <= 16; day++)
        {
            test.Put($"2021-02-{day}/orders.csv", "order_id,user_id,amount,placed_on\n10,1,5,2021-02-10\n");
            test.Put($"2021-02-{day}/users.csv", $"user_id,name,city\n3,Cy,City {day}\n");
            await test.RunAsync();
        }
        Assert.Equal(0, await test.ValueAsync<long>(
            "select count(*) from ops.run where started_by = 'try' and is_kept"));
        Assert.Equal(await test.ValueAsync<long>("select count(*) from ops.model_table"),
            (await test.ModelTablesAsync()).Count);
        Assert.Equal(0, await test.ValueAsync<long>(
            "select count(*) from pg_namespace where nspname like 'dev\\_%'"));
    }

    [Fact]
    public async Task It_shows_what_it_showed_when_checks_fail_and_can_be_published_when_they_pass()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await RunAsync(test, Dev);
        var marts = await test.MartsAsync();
        test.ChangeSql("core/fact_orders.sql", "amount,", "amount - 6 as amount,");

        var failed = await RunAsync(test, Dev);

        Assert.Equal((RunState.ChecksFailed, 2L), (failed.State, (await Of(test).ListAsync(default))[0].RunId));
        Assert.Equal(marts, await test.MartsAsync($"{Dev}_"));
        test.ChangeSql("core/fact_orders.sql", "amount - 6", "amount + 6");
        var tried = await RunAsync(test, Dev);
        Assert.NotEqual(marts, await test.MartsAsync($"{Dev}_"));
        Assert.Equal(marts, await test.MartsAsync());
        await test.PublishedAsync(tried.RunId);
        Assert.Equal(await test.MartsAsync(), await test.MartsAsync($"{Dev}_"));
        Assert.Equal(0, Assert.Single(await Of(test).ListAsync(default)).Differing);
    }

    [Fact]
    public async Task Models_come_and_go_with_their_columns_and_marts()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.WriteSql("project.yml", "marts: [core, marketing, product, extra]\n");
        test.WriteSql("extra/cities.sql", "select distinct city from dim_users\n");
        await RunAsync(test, Dev);
        Assert.Equal(["dev_ana_extra.cities"], await test.ListAsync(
            "select oid::regclass::text from pg_class where relnamespace::regnamespace::text = 'dev_ana_extra'"));
        test.DeleteSql("project.yml");
        Directory.Delete(Path.Combine(test.Sql, "extra"), recursive: true);
        test.DeleteSql("product/daily_sales.sql");
        test.DeleteSql("product/product.yml");
        test.ChangeSql("core/dim_users.sql", "user_id, name, city", "name, user_id");
        test.ChangeSql("marketing/fact_user_orders.sql", "dim_users.city,", "dim_users.name,");
        test.ChangeSql("marketing/fact_user_orders.sql", "dim_users.city", "dim_users.name");

        var report = await RunAsync(test, Dev);

        Assert.Equal(RunState.Tried, report.State);
        Assert.Equal(["name", "user_id"], await test.ListAsync(
            "select attname::text from pg_attribute where attrelid = 'dev_ana_core.dim_users'::regclass "
            + "and attnum > 0"));
        Assert.Equal(["dev_ana_core", "dev_ana_marketing", "dev_ana_product"], await test.ListAsync(
            "select nspname::text from pg_namespace where nspname like 'dev\\_ana\\_%' order by 1"));
    }

    [Fact]
    public async Task What_others_made_is_left_alone_and_named()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync("create schema dev_core; create table dev_core.notes (); create schema dev_ana_core");
        Assert.Equal("--env: environment dev would be shown in schema dev_core, which is there already and none of an "
            + "environment. Expected a name that gives schemas of its own.", await RefusalAsync(test, "dev"));
        await RunAsync(test, Dev);
        test.WriteSql("project.yml", "marts: [core, marketing, product, ana_core]\n");
        Assert.Contains("schema dev_ana_core, which is environment dev_ana's.", await RefusalAsync(test, "dev"),
            StringComparison.Ordinal);
        test.WriteSql("project.yml", "marts: [core, marketing, product, dev_ana_product]\n");
        Assert.Equal("--env: environment dev_ana would be shown in schema dev_ana_product, which is a mart of the "
            + "project. Expected a name that gives schemas of its own.", await RefusalAsync(test, Dev));
        test.DeleteSql("project.yml");
        Assert.Equal(2, await test.ValueAsync<long>("select max(run_id) from ops.run"));

        await test.ExecuteAsync("create view public.mine as select * from dev_ana_core.dim_users");
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        var refused = await RunAsync(test, Dev);
        Assert.Equal(RunState.Refused, refused.State);
        Assert.StartsWith("Something of others was built on environment dev_ana: view public.mine depends on",
            refused.Message, StringComparison.Ordinal);
        Assert.Contains("view public.mine depends on", await DropRefusalAsync(test, Dev), StringComparison.Ordinal);
        await test.ExecuteAsync("drop view public.mine; create table dev_ana_core.notes ()");
        Assert.Equal("env drop: table dev_ana_core.notes depends on schema dev_ana_core. Nothing was dropped. Drop or "
            + "move it, and try again.", await DropRefusalAsync(test, Dev));
        Assert.Equal(await test.MartsAsync(), await test.MartsAsync($"{Dev}_"));
        Assert.Equal("env drop: there is no environment dev_bo; expected one of dev_ana.",
            await DropRefusalAsync(test, "dev_bo"));
        await test.ExecuteAsync("drop table dev_ana_core.notes; alter table ops.run disable trigger all; "
            + "insert into ops.run (business_date, started_by, host, state, environment) "
            + "values ('2021-02-12', 'try', 'there', 'running', 'dev_ana')");
        Assert.Contains("run 4 is just building environment dev_ana.", await DropRefusalAsync(test, Dev),
            StringComparison.Ordinal);
        await test.ExecuteAsync("delete from ops.run where run_id = 4");
        await Of(test).DropAsync(Name(Dev), default);
        Assert.Equal("env drop: there is no environment dev_ana; expected one that 'greenery run --env NAME' has made, "
            + "and there is none.", await DropRefusalAsync(test, Dev));
    }

    [Fact]
    public async Task A_reader_that_stays_is_named_and_leaves_it_as_it_is()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await RunAsync(test, Dev);
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        await using var reader = await test.Database.Warehouse.ConnectAsync(default);
        await using (await reader.BeginTransactionAsync())
        {
            await using var look = new Npgsql.NpgsqlCommand("select count(*) from dev_ana_core.dim_users", reader);
            await look.ExecuteScalarAsync();

            var refused = await RunAsync(test, Dev);

            Assert.Equal(RunState.Refused, refused.State);
            Assert.Contains("The views of environment dev_ana are locked: ", refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(RunState.Tried, (await RunAsync(test, Dev)).State);
        Assert.Contains("core.dim_users: 1,Ana,LISBON", await test.MartsAsync($"{Dev}_"));
    }

    [Fact]
    public async Task It_keeps_what_it_shows_when_readers_are_sent_back_and_runs_go_on_from_there()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n10,1,6,2021-02-10\n13,3,2,2021-02-13\n");
        await test.RunAsync();
        await RunAsync(test, Dev);
        var shown = await test.MartsAsync($"{Dev}_");
        Assert.Equal(await test.MartsAsync(), shown);

        await test.Pipeline().RollbackAsync(1, default);
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n14,2,4,2021-02-14\n");
        await test.RunAsync();

        Assert.Equal(shown, await test.MartsAsync($"{Dev}_"));
        var marts = await test.MartsAsync();
        Assert.Contains("core.fact_orders: 14,2,4.00,2021-02-14", marts);
        await test.RunAsync(new RunRequest { IsFullRefresh = true });
        Assert.Equal(marts, await test.MartsAsync());
    }

    [Fact]
    public async Task A_publication_of_what_two_tries_share_costs_no_full_build()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/fact_orders.sql", "amount,", "amount + 1 as amount,");
        var tried = await RunAsync(test, Dev);
        await RunAsync(test, "dev_bo");
        await test.PublishedAsync(tried.RunId);
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,3,2,2021-02-13\n");

        var report = await test.RunAsync();

        Assert.Equal("new rows in orders", report.Models.Single(model => model.Model == "fact_orders").Reason);
        Assert.True(report.Models.Single(model => model.Model == "fact_orders").IsIncremental);
    }

    [Fact]
    public async Task Some_models_are_tried_where_readers_see_a_mart_that_the_project_lacks()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("project.yml", "marts: [core, marketing, product, extra]\n");
        test.WriteSql("extra/cities.sql", "select distinct city from dim_users\n");
        await test.RunAsync();
        test.DeleteSql("project.yml");
        Directory.Delete(Path.Combine(test.Sql, "extra"), recursive: true);

        var some = await test.RunAsync(new RunRequest
        {
            StartedBy = RunTrigger.Try, Selection = ["dim_users"], Environment = Dev,
        });

        Assert.Equal(RunState.Tried, some.State);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from dev_ana_extra.cities"));
        await RunAsync(test, Dev);
        Assert.Equal(0, await test.ValueAsync<long>(
            "select count(*) from pg_namespace where nspname = 'dev_ana_extra'"));
    }

    [Fact]
    public async Task What_people_granted_on_its_views_stays_and_what_they_made_beside_them_too()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await RunAsync(test, Dev);
        await using var ana = await TestRole.CreateAsync(test);
        await test.ExecuteAsync($"grant select on dev_ana_core.dim_users to {ana}; "
            + "create view dev_ana_core.mine as select 1; comment on view dev_ana_core.fact_orders is 'Hers.'");
        test.ChangeSql("core/dim_users.sql", "user_id, name, city", "user_id, city, name");
        // Of readers' views, one that reads what is tried comes before it, and one that the project lacks is gone.
        test.ChangeSql("product/daily_sales.sql", "count(*)", "count(*) + 0");

        await RunAsync(test, Dev);

        Assert.Equal("t Hers. 1", await test.ValueAsync<string>(
            $"""
            select concat_ws(' ', has_table_privilege('{ana}', 'dev_ana_core.dim_users', 'select'),
                obj_description('dev_ana_core.fact_orders'::regclass), (select * from dev_ana_core.mine))
            """));
        test.DeleteSql("product/daily_sales.sql");
        test.DeleteSql("product/product.yml");
        await RunAsync(test, Dev);
        Assert.Equal(["dim_users", "fact_orders", "fact_user_orders", "mine"], await test.ListAsync(
            "select relname::text from pg_class where relnamespace::regnamespace::text like 'dev\\_ana\\_%' "
            + "order by 1"));
        Assert.Equal(3, Assert.Single(await Of(test).ListAsync(default)).Models);
        // A try of some models shows the others as readers see them, also those that the project has no more.
        await test.RunAsync(new RunRequest
        {
            StartedBy = RunTrigger.Try, Selection = ["fact_orders"], Environment = Dev,
        });
        Assert.Equal(4, Assert.Single(await Of(test).ListAsync(default)).Models);
    }

    [Fact]
    public async Task Steps_may_come_twice_and_a_try_that_is_shown_is_done()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        var request = new RunRequest { StartedBy = RunTrigger.Try, Selection = [], Environment = Dev };
        await using (var twice = await StepwiseRun.StartAsync(test, request))
        {
            twice.Deliveries = 2;
            Assert.Equal(RunState.Tried, (await new DailyRun(twice, twice.Lease).RunAsync()).State);
        }
        Assert.Contains("core.dim_users: 1,Ana,LISBON", await test.MartsAsync($"{Dev}_"));
        test.ChangeSql("core/dim_users.sql", "upper(city)", "lower(city)");
        await using (var dead = await StepwiseRun.StartAsync(test, request))
        {
            await dead.DoAsync(StepKind.Verify);
            await dead.DoAsync(StepKind.Plan);
            await dead.DoAsync(StepKind.Build, "dim_users");
            await dead.DoAsync(StepKind.Build, "fact_user_orders");
            await dead.DoAsync(StepKind.Publish);
            await dead.DieAsync();
            await test.RunAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => dead.DoAsync(StepKind.CleanUp));
        }
        await using (var cut = await StepwiseRun.StartAsync(test, request))
        {
            await cut.DoAsync(StepKind.Verify);
            await cut.DoAsync(StepKind.Plan);
            await cut.DoAsync(StepKind.Publish);
            var end = await RunStore.EndAsync(
                test.Database.Warehouse, cut.Lease, RunState.Cancelled, "It was stopped before it was done.", default);
            Assert.Equal(RunState.Tried, end.State);
        }
        Assert.Equal("Shown in environment dev_ana, but what follows that was not done: It was stopped before it was "
            + "done.", await test.ValueAsync<string>("select message from ops.run where run_id = 5"));
        Assert.Equal("tried 5", await test.ValueAsync<string>(
            "select concat_ws(' ', state, environment.run_id) from ops.environment inner join ops.run using (run_id)"));
        Assert.Contains("core.dim_users: 1,Ana,lisbon", await test.MartsAsync($"{Dev}_"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Dev")]
    [InlineData("1dev")]
    [InlineData("pg_dev")]
    [InlineData("dev-ana")]
    [InlineData("dev\n")]
    [InlineData("a_name_longer_than_this")]
    public void Names_that_cannot_begin_a_schema_are_refused(string name)
    {
        var refused = Assert.Throws<ConfigurationException>(() => EnvironmentName.Parse(name, "--env"));
        Assert.Equal($"--env: '{name}' cannot be an environment; expected lower-case letters, digits and _, at most "
            + "22, beginning with a letter and not with pg_, such as dev_ana.", refused.Message);
    }

    private static Task<RunReport> RunAsync(TestWarehouse test, string environment) => test.RunAsync(
        new RunRequest { StartedBy = RunTrigger.Try, Selection = [], Environment = environment });

    private static Environments Of(TestWarehouse test) => new(test.Database.Warehouse, test.Project.Catalogue.Marts);

    private static EnvironmentName Name(string name) => EnvironmentName.Parse(name, "env drop");

    private static async Task<string> RefusalAsync(TestWarehouse test, string name) =>
        (await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(test, name))).Message;

    private static async Task<string> DropRefusalAsync(TestWarehouse test, string name) =>
        (await Assert.ThrowsAsync<ConfigurationException>(() => Of(test).DropAsync(Name(name), default))).Message;
}
