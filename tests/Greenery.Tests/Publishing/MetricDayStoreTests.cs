using System.Globalization;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Publishing;

/// <summary>Metrics that return days look at the days of changed rows, and at no others.</summary>
public sealed class MetricDayStoreTests
{
    private const string Amount = "-- Amount (EUR): of the orders.\nselect placed_on as day, sum(amount) as value\n"
        + "from core.fact_orders\ngroup by placed_on";

    private const string Days = "select format('%s %s', day, round(numerator)) from ops.metric_day order by day";

    [Theory]
    // Sums are added to and taken from; anything else is computed for the whole day.
    [InlineData("sum(amount)", "2021-02-10 1005", "2021-02-11 1007", "2021-02-12 9")]
    [InlineData("sum(amount) + 0", "2021-02-10 1005", "2021-02-11 7", "2021-02-12 9")]
    [InlineData("sum(distinct amount)", "2021-02-10 1005", "2021-02-11 7", "2021-02-12 9")]
    [InlineData("sum(amount::double precision)", "2021-02-10 1005", "2021-02-11 7", "2021-02-12 9")]
    public async Task Only_days_of_changed_rows_change(string value, params string[] days)
    {
        await using var test = await ShopAsync(Amount.Replace("sum(amount)", value, StringComparison.Ordinal));
        await test.RunAsync();
        Assert.Equal(["2021-02-10 5", "2021-02-11 16"], await test.ListAsync(Days));
        // A mark on each day tells which one is looked at again.
        await SpoilAsync(test);

        // One order moves from the 11th to the 12th.
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n12,2,9,2021-02-12\n");
        var report = await test.RunAsync();

        Assert.Equal(days, await test.ListAsync(Days));
        Assert.Equal(days.Sum(day => int.Parse(day[11..], CultureInfo.InvariantCulture)), Amounts(report));
    }

    [Fact]
    public async Task A_full_refresh_another_select_and_a_rollback_compute_all_days()
    {
        await using var test = await ShopAsync(Amount);
        await test.RunAsync();
        await SpoilAsync(test);

        Assert.Equal(21, Amounts(await test.RunAsync(new RunRequest { IsFullRefresh = true })));

        await SpoilAsync(test);
        test.WriteSql("metrics/amount.sql", Amount.Replace("sum(amount)", "2 * sum(amount)", StringComparison.Ordinal));
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,2,100,2021-02-13\n");
        Assert.Equal(242, Amounts(await test.RunAsync()));

        await test.Pipeline().RollbackAsync(null, default);
        await SpoilAsync(test);
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n13,2,50,2021-02-13\n");
        Assert.Equal(142, Amounts(await test.RunAsync()));
    }

    [Fact]
    public async Task Days_of_a_metric_that_was_removed_go()
    {
        await using var test = await ShopAsync(Amount);
        test.WriteSql("metrics/other.sql", Amount);
        await test.RunAsync();
        Assert.Equal(["amount", "other"], await test.ListAsync(
            "select distinct metric from ops.metric_day order by 1"));

        test.DeleteSql("metrics/other.sql");
        await test.RunAsync();

        Assert.Equal(["amount"], await test.ListAsync("select distinct metric from ops.metric_day"));
        Assert.Equal(["amount"], await test.ListAsync("select metric from ops.metric_day_state"));
    }

    [Theory]
    [InlineData("from core.fact_orders\nwhere placed_on <= current_date\ngroup by placed_on")]
    [InlineData("from core.fact_orders inner join core.dim_users using (user_id)\ngroup by placed_on")]
    [InlineData("from core.fact_orders\ngroup by placed_on\nlimit 10")]
    [InlineData("from (select * from core.fact_orders) as o\ngroup by placed_on")]
    [InlineData("from core.fact_orders\ngroup by placed_on\nhaving count(*) > 0")]
    [InlineData("from core.fact_orders\ngroup by placed_on, user_id")]
    public async Task Where_other_rows_or_the_time_decide_nothing_is_kept(string from)
    {
        await using var test = await ShopAsync(
            $"-- Amount (EUR): of the orders.\nselect placed_on as day, sum(amount) as value\n{from}");

        Assert.Equal(21, Amounts(await test.RunAsync()));

        Assert.Empty(await test.ListAsync(Days));
    }

    [Theory]
    [InlineData("fact_orders", "user_id")]
    [InlineData("order_days", "day")]
    public async Task A_day_that_several_rows_decide_is_not_followed(string model, string by)
    {
        await using var test = await ShopAsync(
            "-- First orders (count): of a user.\nselect min(placed_on) as day, count(*) as value\n"
            + $"from core.{model}\ngroup by {by}");
        test.WriteSql("core/order_days.sql", "select order_id, placed_on, user_id as day from orders");

        Assert.Equal(3, Amounts(await test.RunAsync()));

        Assert.Empty(await test.ListAsync(Days));
    }

    [Fact]
    public async Task Rows_without_a_day_do_not_count_and_a_day_may_be_a_time()
    {
        await using var test = await ShopAsync(
            "-- Orders (count): with a day.\nselect nullif(placed_on, '2021-02-13') + time '12:00' as day, "
            + "count(*) as value\nfrom core.fact_orders\ngroup by 1");
        test.Put("2021-02-13/orders.csv",
            "order_id,user_id,amount,placed_on\n13,2,100,2021-02-13\n14,2,1,2021-02-11\n");

        Assert.Equal(4, Amounts(await test.RunAsync()));
        Assert.Equal(["2021-02-10 1", "2021-02-11 3"], await test.ListAsync(Days));
    }

    private static async Task<TestWarehouse> ShopAsync(string metric)
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("metrics/amount.sql", metric);
        return test;
    }

    private static Task SpoilAsync(TestWarehouse test) =>
        test.ExecuteAsync("update ops.metric_day set numerator = numerator + 1000");

    private static decimal? Amounts(RunReport report) =>
        report.Metrics.Single(metric => metric.Metric == "amount").Value;
}
