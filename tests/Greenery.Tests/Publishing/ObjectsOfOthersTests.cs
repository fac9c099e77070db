using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Publishing;

/// <summary>What people attached to marts, built on a run's schema, or put where a mart's view belongs.</summary>
public sealed class ObjectsOfOthersTests
{
    [Fact]
    public async Task What_hangs_on_a_view_survives_that_it_is_made_anew()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var role = await TestRole.CreateAsync(test);
        await test.RunAsync();
        await test.ExecuteAsync(
            $"""
            grant select (user_id, name) on core.dim_users to {role};
            revoke select on core.dim_users from greenery_reader;
            alter view core.dim_users set (security_barrier = true);
            alter view marketing.fact_user_orders set (security_barrier = true);
            comment on view marketing.fact_user_orders is 'for Ana';
            create function public.ignore() returns trigger language plpgsql as 'begin return null; end';
            create trigger ignore_inserts instead of insert on core.dim_users
            for each row execute function public.ignore()
            """);

        test.ChangeSql("core/dim_users.sql", "name, ", "");
        test.ChangeSql("core/core.yml", "      - name: name\n        meta: {pii: true}\n", "");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);

        Assert.Equal("user_id", await test.ValueAsync<string>(
            $"""
            select string_agg(attname, ',') from pg_attribute
            where attrelid = 'core.dim_users'::regclass and attnum > 0
                and has_column_privilege('{role}', attrelid, attnum, 'select')
            """));
        Assert.False(await MayReadAsync(test, "core.dim_users"));
        Assert.True(await MayReadAsync(test, "marketing.fact_user_orders"));
        Assert.Equal(2, await test.ValueAsync<long>(
            """
            select count(*) from pg_class
            where reloptions = array['security_barrier=true']
                and relnamespace in ('core'::regnamespace, 'marketing'::regnamespace)
            """));
        Assert.Equal("for Ana", await test.ValueAsync<string>(
            "select obj_description('marketing.fact_user_orders'::regclass, 'pg_class')"));
        Assert.Equal(1, await test.ValueAsync<long>(
            "select count(*) from pg_trigger where tgrelid = 'core.dim_users'::regclass"));
    }

    [Fact]
    public async Task The_readers_grant_is_given_once_and_again_only_to_a_role_made_anew()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync("revoke select on core.dim_users from greenery_reader");
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.False(await MayReadAsync(test, "core.dim_users"));

        // As if the role had been dropped and made again, which has another number then.
        await test.ExecuteAsync(
            "update ops.live set reader_role = 1; revoke select on core.fact_orders from greenery_reader");
        test.Put("2021-02-14/users.csv", "user_id,name,city\n5,Ed,Oslo\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.True(await MayReadAsync(test, "core.dim_users"));
        Assert.True(await MayReadAsync(test, "core.fact_orders"));
    }

    [Fact]
    public async Task What_was_built_on_a_failed_runs_schema_stays_with_a_note()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync(
            """
            create schema run_1; create view run_1.dim_users as select * from core.dim_users;
            create view run_1.fact_orders as select * from core.fact_orders;
            create schema analysis; create materialized view analysis.why as select city from run_1.dim_users;
            create function run_1.mine() returns int language sql as 'select 1'
            """);
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        var report = await test.RunAsync();
        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from analysis.why"));
        Assert.Equal(1, await test.ValueAsync<long>("select run_1.mine()"));
        Assert.Null(await test.ValueAsync<string>("select to_regclass('run_1.fact_orders')::text"));
        Assert.Contains("materialized view analysis.why depends on view run_1.dim_users",
            Assert.Single(report.Notes), StringComparison.Ordinal);

        await test.ExecuteAsync("drop materialized view analysis.why");
        test.Put("2021-02-14/users.csv", "user_id,name,city\n5,Ed,Oslo\n");
        Assert.Contains("function run_1.mine() depends on schema run_1",
            Assert.Single((await test.RunAsync()).Notes), StringComparison.Ordinal);
        await test.ExecuteAsync("drop function run_1.mine()");
        test.Put("2021-02-15/users.csv", "user_id,name,city\n6,Flo,Oslo\n");
        Assert.Empty((await test.RunAsync()).Notes);
        Assert.Null(await test.ValueAsync<string>("select to_regnamespace('run_1')::text"));
    }

    [Theory]
    [InlineData("table", "create table core.days (a int)", "a table")]
    [InlineData("view", "create view core.days as select 1 as a", "a view")]
    [InlineData("materialized view", "create materialized view core.days as select 1 as a", "a materialized view")]
    [InlineData("sequence", "create sequence core.days", "a sequence")]
    [InlineData("type", "create type core.days as enum ('a')", "a type")]
    public async Task What_is_in_the_place_of_a_marts_view_is_a_conflict_with_its_name(
        string kind, string create, string expected)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var before = await test.MartsAsync();
        await test.ExecuteAsync(create);
        test.WriteSql("core/days.sql", "select placed_on, count(*) as orders from fact_orders group by placed_on");
        var report = await test.RunAsync();
        Assert.Equal(RunState.Refused, report.State);
        Assert.Contains($"core.days is {expected} of role ", report.Message, StringComparison.Ordinal);
        Assert.Contains("not made by Greenery", report.Message, StringComparison.Ordinal);

        await test.ExecuteAsync($"drop {kind} core.days");
        Assert.Equal(before, await test.MartsAsync());
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
    }

    [Theory]
    [InlineData("create table core.days (placed_on date)", "r")]
    [InlineData("create materialized view core.days as select 1 as a", "m")]
    [InlineData("create sequence core.days", "S")]
    public async Task What_took_the_place_of_a_view_whose_model_is_gone_stays(string create, string kind)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/days.sql", "select placed_on, count(*) as orders from fact_orders group by placed_on");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        await test.ExecuteAsync($"drop view core.days; {create}");
        test.DeleteSql("core/days.sql");

        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(kind, await test.ValueAsync<string>(
            "select relkind::text from pg_class where oid = 'core.days'::regclass"));
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.live where model = 'days'"));
    }

    // The new query of a view does not fit the columns that readers see until the publication.
    [Theory]
    [InlineData("kind = 'a'")]
    [InlineData("upper(kind) = 'A'")]
    public async Task A_view_may_need_another_type_of_a_column_that_is_published_with_it(string condition)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/kinds.sql", "select 1 as kind");
        test.WriteSql("product/of_kind.sql", "select kind from kinds where kind = 1");
        test.ChangeSql("product/product.yml", "models:\n",
            "models:\n  - name: of_kind\n    config: {materialized: view}\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        test.WriteSql("core/kinds.sql", "select 'a'::text as kind");
        test.WriteSql("product/of_kind.sql", $"select kind from kinds where {condition}");

        Assert.Equal(RunState.Published, (await test.RunAsync()).State);

        Assert.Equal("a", await test.ValueAsync<string>("select kind from product.of_kind"));
    }

    private static Task<bool> MayReadAsync(TestWarehouse test, string view) =>
        test.ValueAsync<bool>($"select has_table_privilege('greenery_reader', '{view}', 'select')");
}
