using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Checks;

/// <summary>Checks of models and metrics that compare a business date with those before it.</summary>
public sealed class DayChecksTests
{
    private const string Daily =
        "-- Orders (count): orders placed.\nselect count(*)::numeric as value from core.fact_orders\n"
        + "where placed_on between :from_date and :to_date\n";

    private const string Changes =
        "metrics:\n  - name: orders\n    data_tests: [metric_change: {config: {severity: warn}}]\n";

    [Fact]
    public async Task A_metric_is_compared_with_its_values_of_the_days_before()
    {
        await using var test = await WithMetricAsync();
        await RunDaysAsync(test, 7);
        test.PutOrders(7, 40);
        Assert.StartsWith("pass metric_change on metric orders: 2021-03-08 has 40, expected 12 to ",
            Found(await test.RunAsync()), StringComparison.Ordinal);
        test.PutOrders(8, 3);

        var report = await test.RunAsync();

        Assert.StartsWith("warn metric_change on metric orders: 2021-03-09 has 3, expected 11.32 to ", Found(report),
            StringComparison.Ordinal);
        Assert.Equal(RunState.Published, report.State);
    }

    [Fact]
    public async Task A_share_that_falls_to_nothing_is_noticed()
    {
        await using var test = await WithMetricAsync();
        test.WriteSql("metrics/orders.sql",
            "-- Orders (share): those of more than 4.\nselect avg((amount > 4)::int)::numeric as value\n"
            + "from core.fact_orders where placed_on between :from_date and :to_date\n");
        for (var day = 0; day < 8; day++)
        {
            test.PutOrders(day, 40, i => i % 2 == 0 ? "1,5" : "1,1");
            await test.RunAsync();
        }
        test.PutOrders(8, 40, _ => "1,1");

        Assert.StartsWith("warn metric_change on metric orders: 2021-03-09 has 0%, expected 25% to 75%",
            Found(await test.RunAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_metric_learns_anew_and_a_changed_model_does_not()
    {
        await using var test = await WithMetricAsync();
        await RunDaysAsync(test, 7);
        test.ChangeSql("core/fact_orders.sql", "> :since", "> :since and amount > 0");
        test.PutOrders(7, 40);
        Assert.StartsWith("pass", Found(await test.RunAsync()), StringComparison.Ordinal);
        test.ChangeSql("metrics/orders.sql", "where placed_on", "where amount > 1 and placed_on");

        Assert.Equal(
            "not_evaluated metric_change on metric orders: it is learning what is usual: 0 of 7 days are known",
            Found(await test.RunAsync()));
    }

    [Fact]
    public async Task A_day_whose_rows_come_a_day_later_is_judged_then()
    {
        await using var test = await WithMetricAsync();
        test.ChangeSql("metrics/orders.sql", ":from_date and :to_date", ":from_date + 1 and :to_date + 1");
        await RunDaysAsync(test, 7);
        test.PutOrders(7, 3);

        Assert.StartsWith("warn metric_change on metric orders: 2021-03-07 has 3, expected 12 to ",
            Found(await test.RunAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_day_among_several_that_load_in_one_run_stops_it_and_the_next_run_too()
    {
        await using var test = await WithMetricAsync();
        test.ChangeSql("metrics/metrics.yml", "severity: warn", "severity: error");
        await RunDaysAsync(test, 8);
        test.PutOrders(8, 3);
        test.PutOrders(9, 40);
        test.PutOrders(10, 40);

        Assert.StartsWith("fail metric_change on metric orders: 2021-03-09 has 3, expected ",
            Found(await test.RunAsync()),
            StringComparison.Ordinal);
        Assert.StartsWith("fail metric_change on metric orders: 2021-03-09 has 3, expected ",
            Found(await test.RunAsync()),
            StringComparison.Ordinal);
        test.PutOrders(8, 40);
        var mended = await test.RunAsync();
        Assert.StartsWith("pass metric_change", Found(mended), StringComparison.Ordinal);
        Assert.Equal(RunState.Published, mended.State);
    }

    [Fact]
    public async Task A_correction_that_spoils_an_earlier_day_is_judged_on_that_day()
    {
        await using var test = await WithMetricAsync();
        await RunDaysAsync(test, 12);
        test.Put("2021-03-10/orders.csv", "order_id,user_id,amount,placed_on\n1000000,1,5,2021-03-10\n");
        test.PutOrders(12, 40);

        Assert.StartsWith("warn metric_change on metric orders: 2021-03-10 has 1, expected ",
            Found(await test.RunAsync()),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_value_of_all_days_is_what_it_was()
    {
        await using var test = await WithMetricAsync();
        test.Put($"{TinyShop.Day}/orders.csv", TinyShop.Orders);

        await test.RunAsync();

        Assert.Equal(3, await test.ValueAsync<decimal>("select value from ops.metric"));
    }

    [Fact]
    public async Task A_metric_may_be_judged_days_later_when_its_data_is_complete()
    {
        await using var test = await WithMetricAsync();
        test.ChangeSql("metrics/metrics.yml", "{config:", "{lag: 1, config:");
        await RunDaysAsync(test, 8);
        test.PutOrders(8, 2);

        Assert.StartsWith("pass metric_change on metric orders: 2021-03-08 has 4", Found(await test.RunAsync()),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics: [{name: order}]",
        "metrics.yml:1: describes 'order', but there is no sql/metrics/order.sql. Did you mean 'orders'?")]
    [InlineData("metrics: [{name: orders}, {name: orders}]",
        "metrics.yml:1: metric 'orders' is already described at sql/metrics/metrics.yml:1.")]
    [InlineData("metrics: [{name: orders, data_tests: [unique]}]",
        "metrics.yml:1: check 'unique' is set on metric 'orders'; expected it on a model or source table.")]
    [InlineData("metrics: [{name: orders, data_tests: [metric_change]}]",
        "metrics.yml:1: metric_change compares days, but sql/metrics/orders.sql does not use :from_date and :to_date; "
        + "expected a condition such as 'where order_date between :from_date and :to_date'.")]
    [InlineData("metrics: [{name: days, data_tests: [metric_change: {lag: 1.5}]}]",
        "metrics.yml:1: 'lag: 1.5' is not possible; expected a whole number of days from 0 to 31.")]
    [InlineData("metrics: [{name: days, data_tests: [metric_change: {config: {where: 'true'}}]}]",
        "metrics.yml:1: check 'metric_change' has a 'where', but looks at no row; expected none.")]
    public void What_metrics_cannot_have_is_refused_with_file_and_line(string yaml, string refusal)
    {
        using var folder = new ProjectFolder(
            ("core/fact_orders.sql", "select order_id, ordered_on as placed_on from orders"),
            ("metrics/orders.sql", "-- Orders (count): all.\nselect count(*) as value from core.fact_orders"),
            ("metrics/days.sql", Daily), ("metrics/metrics.yml", yaml));

        Assert.Equal([$"sql/metrics/{refusal}"], folder.Diagnostics());
    }

    [Fact]
    public void A_metric_takes_no_other_parameters()
    {
        using var folder = new ProjectFolder(
            ("core/fact_orders.sql", "select order_id from orders"),
            ("metrics/orders.sql",
                "-- Orders (count): all.\nselect count(*) as value from core.fact_orders where 1 > :since"));

        Assert.Equal(
            ["sql/metrics/orders.sql:2: unknown parameter ':since'; expected none but :from_date and :to_date and "
                + ":time_zone."],
            folder.Diagnostics());
    }

    [Fact]
    public async Task A_share_of_a_models_rows_is_compared_with_earlier_published_runs()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "      - name: name\n",
            "      - name: city\n        data_tests: [null_share: {config: {severity: warn}}]\n      - name: name\n");
        for (var day = 1; day < 9; day++)
        {
            test.Put($"2021-03-{day:00}/users.csv", Users(day, "Oslo"));
            var sound = Found(await test.RunAsync(), "core.dim_users.city.null_share");
            Assert.StartsWith(day < 8 ? "not_evaluated" : "pass", sound, StringComparison.Ordinal);
        }
        test.Put("2021-03-09/users.csv", string.Concat(
            Enumerable.Range(1, 8).Select(day => Users(day, "")[(day == 1 ? 0 : 18)..])));

        Assert.StartsWith("warn null_share on core.dim_users.city: 2021-03-09 has 9",
            Found(await test.RunAsync(), "core.dim_users.city.null_share"), StringComparison.Ordinal);

        static string Users(int day, string city) => "user_id,name,city\n"
            + string.Concat(Enumerable.Range(0, 20).Select(i => $"{(day * 100) + i},n,{city}\n"));
    }

    [Theory]
    [InlineData("5, 5, 5, -5", RunState.Published, CheckStatus.Warn)]
    [InlineData("5, -5, -5, -5", RunState.ChecksFailed, CheckStatus.Fail)]
    [InlineData("5, 5, 5, 5", RunState.Published, CheckStatus.Pass)]
    public async Task A_warning_with_an_error_if_fails_once_it_is_met(
        string amounts, RunState state, CheckStatus status)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "{min_value: 0}",
            "{min_value: 0, config: {severity: warn, error_if: '> 50%'}}");
        test.Put($"{TinyShop.Day}/orders.csv", "order_id,user_id,amount,placed_on\n"
            + string.Concat(amounts.Split(", ").Index().Select(x => $"{x.Index},1,{x.Item},2021-02-12\n")));

        var report = await test.RunAsync();

        Assert.Equal((state, status), (report.State, report.Checks.Single(check =>
            check.Id.EndsWith("accepted_range", StringComparison.Ordinal)).Status));
    }

    private static async Task<TestWarehouse> WithMetricAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("metrics/orders.sql", Daily);
        test.WriteSql("metrics/metrics.yml", Changes);
        File.Delete(Path.Combine(test.Drops, TinyShop.Day, "orders.csv"));
        return test;
    }

    private static async Task RunDaysAsync(TestWarehouse test, int days)
    {
        for (var day = 0; day < days; day++)
        {
            test.PutOrders(day, 40 + (day % 3));
            await test.RunAsync();
        }
    }

    private static string Found(RunReport report, string id = "metrics.orders.metric_change")
    {
        var check = report.Checks.Single(check => check.Id == id);
        return $"{EnumText.Name(check.Status)} {check.Message}";
    }
}
