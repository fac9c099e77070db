using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Publishing;

/// <summary>Readers lose models that the project has no more; many at once only when a user says so.</summary>
public sealed class WithdrawalTests
{
    [Fact]
    public async Task A_model_that_is_gone_is_withdrawn_and_people_are_notified()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        DeleteSales(test);

        var report = await test.RunAsync();

        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(
            "Readers lost product.daily_sales: the project has it no more. 'greenery rollback' shows the run before "
            + "again.",
            report.Message);
        Assert.Equal(["product.daily_sales"], await test.ListAsync(
            $"select unnest(withdrawn_models) from ops.run where run_id = {report.RunId}"));
        Assert.False(await test.ValueAsync<bool>("select to_regclass('product.daily_sales') is not null"));
        Assert.Equal([$"run warn {report.Message}"], await IncidentsAsync(test));

        await test.RunAsync();
        Assert.Empty(await IncidentsAsync(test));
    }

    [Theory]
    [InlineData(RunTrigger.Cli)]
    [InlineData(RunTrigger.Schedule)]
    public async Task A_run_from_a_folder_that_lacks_most_models_is_refused_until_a_user_says_so(RunTrigger startedBy)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var before = await test.MartsAsync();
        DeleteMost(test);
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");

        var refused = await test.RunAsync(new RunRequest { StartedBy = startedBy });

        var message = "Readers would lose 3 of 4 models: core.fact_orders, marketing.fact_user_orders, "
            + $"product.daily_sales. {test.Sql} (Greenery:Sql) has them no more. Nothing was loaded or published. Is "
            + "it the right folder? If they are to go: 'greenery run --withdraw', or POST /api/runs with "
            + "{\"withdraw\": "
            + "true}.";
        Assert.Equal((RunState.Refused, message), (refused.State, refused.Message));
        Assert.Equal(before, await test.MartsAsync());
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from staging.users"));
        Assert.Equal([$"run error {message}"], await IncidentsAsync(test));

        var published = await test.RunAsync(new RunRequest { MayWithdraw = true });
        Assert.Equal(RunState.Published, published.State);
        Assert.All(
            await test.MartsAsync(), line => Assert.StartsWith("core.dim_users:", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_says_what_readers_would_lose_and_the_option_lets_it_go()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        DeleteMost(test);

        var plan = await CliProcess.On(test).RunAsync("plan");
        var json = await CliProcess.On(test).RunAsync("plan", "--json");
        var run = await CliProcess.On(test).RunAsync("run", "--withdraw");

        Assert.Contains(
            "withdraw product.daily_sales (the project has it no more)\nA run would be refused: readers would lose 3 "
            + "of 4 models. If they are to go: greenery run --withdraw.\n", plan.Output, StringComparison.Ordinal);
        Assert.Equal((3, true), (
            json.Json.GetProperty("withdraw").GetArrayLength(), json.Json.GetProperty("needs_withdraw").GetBoolean()));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("  Readers lost core.fact_orders, marketing.fact_user_orders, product.daily_sales: the project "
            + "has them no more.", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(1, 4, false)]
    [InlineData(1, 3, true)]
    [InlineData(3, 12, false)]
    [InlineData(3, 11, true)]
    [InlineData(4, 1000, true)]
    public void More_than_three_or_more_than_a_quarter_need_consent(int gone, int published, bool needs)
    {
        var models = Enumerable.Range(0, gone).Select(n => $"core.m{n}").ToList();

        Assert.Equal(needs, new Withdrawal(models, published).NeedsConsent);
    }

    private static void DeleteSales(TestWarehouse test)
    {
        test.DeleteSql("product/daily_sales.sql");
        test.DeleteSql("product/product.yml");
    }

    private static void DeleteMost(TestWarehouse test)
    {
        DeleteSales(test);
        test.DeleteSql("marketing/fact_user_orders.sql");
        test.DeleteSql("core/fact_orders.sql");
        test.DeleteSql("metrics/orders.sql");
        test.WriteSql("core/core.yml", "version: 2\nmodels: [{name: dim_users}]\n");
    }

    private static async Task<List<string>> IncidentsAsync(TestWarehouse test)
    {
        var alerting = await new TestPipelineHost(test, TimeProvider.System).AlertingAsync(CancellationToken.None);
        await alerting.NotifyAsync(CancellationToken.None);
        return await test.ListAsync(
            "select concat_ws(' ', subject, level, message) from ops.incident where level <> 'ok' order by subject");
    }
}
