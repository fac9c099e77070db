using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>What PostgreSQL says of a value goes into messages without the value.</summary>
public sealed class ErrorTextTests
{
    private const string Secret = "jane.private@x.example";

    [Theory]
    [InlineData("select user_id, name::integer as name, city from users", "22P02")]
    [InlineData("select user_id, name::date as name, city from users", "22007")]
    [InlineData("select user_id, name::jsonb ->> 'a' as name, city from users", "22P02")]
    [InlineData("select user_id, name::regclass::text as name, city from users", "0A000")]
    [InlineData("select user_id, to_date(name, 'YYYY-MM-DD')::text as name, city from users", "22007")]
    [InlineData("select user_id, public.shout(name) as name, city from users", "P0001")]
    [InlineData("select user_id, public.shout_data(name) as name, city from users", "22000")]
    [InlineData("select user_id, public.deny(name) as name, city from users", "P0004")]
    public async Task A_model_that_fails_on_a_value_does_not_show_it(string model, string state)
    {
        await using var test = await ShopAsync();
        test.WriteSql("core/dim_users.sql", model);

        var run = await test.RunAsync();

        Assert.NotEqual(RunState.Published, run.State);
        Assert.Contains($"({state})", run.Message, StringComparison.Ordinal);
        await AssertNoValueAsync(test);
    }

    [Fact]
    public async Task Nor_does_a_check_or_a_metric()
    {
        await using var test = await ShopAsync();
        test.ChangeSql("core/core.yml", "meta: {pii: true}",
            "meta: {pii: true}\n        data_tests: [{expression_is_true: {expression: '::integer > 1', "
            + "config: {severity: warn}}}]");
        test.WriteSql("metrics/odd.sql",
            "-- Odd (count): fails.\nselect max(name)::integer as value from core.dim_users\n");

        var run = await test.RunAsync();

        Assert.Contains(run.Checks, check => check.Status == CheckStatus.Error
            && check.Message.Contains("invalid input syntax for type integer: \"***\" (22P02)",
                StringComparison.Ordinal));
        await AssertNoValueAsync(test);
        test.ChangeSql("core/core.yml", "expression: '::integer > 1'", "expression: ' is not null'");
        var published = await test.RunAsync();
        Assert.Contains(published.Metrics, metric => metric.Error == "sql/metrics/odd.sql: invalid input syntax for "
            + "type integer: \"***\" (22P02)");
        await AssertNoValueAsync(test);
    }

    private static async Task<TestWarehouse> ShopAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.Put(
            $"{TinyShop.Day}/users.csv",
            $"user_id,name,city\n1,{Secret},Lisbon\n2,{Secret},Malmo\n3,{Secret},Leeds\n");
        await test.ExecuteAsync(
            """
            create function public.shout(text) returns text language plpgsql immutable as
                $$ begin raise exception 'bad name %', $1; end $$;
            create function public.shout_data(text) returns text language plpgsql immutable as
                $$ begin raise exception 'bad name %', $1 using errcode = '22000'; end $$;
            create function public.deny(text) returns text language plpgsql immutable as
                $$ begin assert false, 'bad name ' || $1; return ''; end $$
            """);
        return test;
    }

    private static async Task AssertNoValueAsync(TestWarehouse test)
    {
        foreach (var table in (string[])["run", "step", "check_result", "failing_row", "metric", "incident", "outbox"])
        {
            Assert.DoesNotContain(
                await test.ListAsync($"select t::text from ops.{table} as t"),
                row => row.Contains(Secret, StringComparison.Ordinal));
        }
    }
}
