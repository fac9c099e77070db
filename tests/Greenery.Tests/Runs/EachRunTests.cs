using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>Models, checks and key figures over the time, in runs that find no new row.</summary>
public sealed class EachRunTests
{
    private const string Moment = "(select coalesce(max(at), now()) from settings.moment)";

    [Fact]
    public async Task A_model_is_built_again_and_published()
    {
        await using var test = await SettingAsync();
        test.WriteSql("core/dim_users.sql",
            "select user_id, name, city from users where settings.today() < '2021-03-01'");
        Assert.Equal(3, await CountAsync(test));

        await test.ExecuteAsync("update settings.moment set at = '2021-03-02'");

        Assert.Equal(0, await CountAsync(test));
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from marketing.fact_user_orders"));
    }

    [Fact]
    public async Task A_check_is_asked_of_what_readers_see()
    {
        await using var test = await SettingAsync();
        test.ChangeSql("core/core.yml", "accepted_range: {min_value: 0}",
            "expression_is_true: {expression: \"> 0\", config: {where: \"settings.today() > '2021-03-01'\"}}\n"
            + "          - expression_is_true: {expression: \"> 0 and placed_on > settings.today() - 30\"}");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal((RunState.Unchanged, 2), Said(await test.RunAsync()));

        await test.ExecuteAsync("update settings.moment set at = '2021-03-12 12:00'");
        var late = await test.RunAsync();

        Assert.Equal((RunState.ChecksFailed, 2), Said(late));
        Assert.Equal("expression_is_true on core.fact_orders.amount: 1 of 3 rows fail; found '5.00' (1); "
            + "expected amount > 0 and placed_on > settings.today() - 30", late.Message);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
    }

    [Fact]
    public async Task A_check_looks_at_old_rows_too_when_some_are_new()
    {
        await using var test = await SettingAsync();
        test.ChangeSql("core/core.yml", "accepted_range: {min_value: 0}",
            "expression_is_true: {expression: \"> 0 and placed_on > settings.today() - 30\"}");
        await test.RunAsync();
        await test.ExecuteAsync("update settings.moment set at = '2021-03-12 12:00'");
        test.Put("2021-03-12/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-03-12\n");

        var report = await test.RunAsync();

        Assert.Equal("expression_is_true on core.fact_orders.amount: 1 of 4 rows fail; found '5.00' (1); "
            + "expected amount > 0 and placed_on > settings.today() - 30", report.Message);
    }

    [Fact]
    public async Task A_key_figure_is_taken()
    {
        await using var test = await SettingAsync();
        test.WriteSql("metrics/days.sql",
            "-- Days (days): since the last order.\nselect settings.today() - max(placed_on) as value from "
                + "core.fact_orders");
        await test.RunAsync();
        await test.ExecuteAsync("update settings.moment set at = '2021-03-12 12:00'");

        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);
        Assert.Equal(["1.000000", "29.000000"], await test.ListAsync(
            "select value::text from ops.metric where metric = 'days' order by run_id"));
    }

    [Fact]
    public async Task Validate_says_what_each_run_evaluates()
    {
        await using var test = await SettingAsync();
        test.WriteSql("core/dim_users.sql", "select user_id, name, city, current_date as day from users");
        test.WriteSql("core/checks/late.sql", "select user_id from dim_users where random() < 0");
        test.WriteSql("metrics/days.sql", "-- Days (days): one.\nselect settings.today() - 'today' as value");
        await using var connection = await test.Database.Warehouse.ConnectAsync(CancellationToken.None);

        Assert.Equal(
            [
                "sql/core/dim_users.sql: model core.dim_users uses current_date; each run builds it in full, and what "
                    + "reads it.",
                "sql/core/checks/late.sql: check core.late uses random(); each run evaluates it over all rows.",
                "sql/metrics/days.sql: key figure days uses 'today'; each run takes it.",
            ],
            (await EachRunSql.ReadAsync(connection, test.Project, CancellationToken.None)).Describe());
    }

    // A clock that a test sets: a stable function of the user's own.
    private static async Task<TestWarehouse> SettingAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        await test.ExecuteAsync(
            $"""
            create schema settings;
            create table settings.moment (at timestamp);
            insert into settings.moment values ('2021-02-12 12:00');
            create function settings.today() returns date stable language sql return {Moment}::date
            """);
        return test;
    }

    private static (RunState State, int Asked) Said(RunReport report) =>
        (report.State, report.Checks.Count(check =>
            check.Id.Contains(".expression_is_true", StringComparison.Ordinal)));

    private static async Task<long> CountAsync(TestWarehouse test)
    {
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        return await test.ValueAsync<long>("select count(*) from core.dim_users");
    }
}
