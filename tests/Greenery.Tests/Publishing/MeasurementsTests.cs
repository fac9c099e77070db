using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Publishing;

/// <summary>A key figure without a number that can be kept holds up neither the others nor the run.</summary>
public sealed class MeasurementsTests
{
    [Theory]
    [InlineData("'NaN'::float8 * count(*)", "returns NaN; expected a number of at most 28 digits.")]
    [InlineData("'-Infinity'::float8 * count(*)", "returns -Infinity; expected a number of at most 28 digits.")]
    [InlineData("1e30 * count(*)", "returns a number of 38 characters; expected a number of at most 28 digits.")]
    [InlineData("-1e300::float8 * count(*)",
        "returns a number of 309 characters; expected a number of at most 28 digits.")]
    [InlineData("power(10.0, 200000 * count(*))", "value overflows numeric format (22003)")]
    [InlineData("1 / (count(*) - 3)", "division by zero (22012)")]
    public async Task The_reason_is_kept_and_the_others_are_taken(string value, string reason)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("metrics/broken.sql",
            $"-- Broken (count): no number.\nselect {value} as value\nfrom core.dim_users");
        test.WriteSql("metrics/two.sql",
            "-- Two (count): columns.\nselect 2 as value, 'x' as other from core.dim_users\nlimit 1");

        var report = await test.RunAsync();

        Assert.Equal((RunState.Published, null), (report.State, report.Message));
        Assert.Equal(
            [(null, $"sql/metrics/broken.sql: {reason}"), (3, null), (2, null)],
            report.Metrics.Select(metric => (metric.Value, metric.Error)));
    }

    [Fact]
    public async Task A_daily_metric_is_taken_for_the_newest_day_and_those_it_is_compared_with()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("metrics/amount.sql", "-- Amount (EUR): of the orders.\nselect sum(amount) as value\n"
            + "from core.fact_orders\nwhere placed_on between :from_date and :to_date");
        // The same weekday of the four weeks before has 4, 5, 9 and 1: the median is 4.5.
        test.Put($"{TinyShop.Day}/orders.csv", "order_id,user_id,amount,placed_on\n1,1,10,2021-02-12\n"
            + "2,1,4,2021-02-05\n3,1,5,2021-01-29\n4,1,9,2021-01-22\n5,1,100,2021-02-06\n6,1,1000,2021-01-16\n"
            + "7,1,1,2021-01-15\n");

        await test.RunAsync();

        Assert.Equal(
            ["day 2021-02-12 2021-02-12 10.00", "four_weeks 2021-01-16 2021-02-12 1128.00",
                "usual 2021-01-15 2021-02-05 4.50", "week 2021-02-06 2021-02-12 110.00",
                "weekday_before 2021-02-05 2021-02-05 4.00"],
            await test.ListAsync("select concat_ws(' ', period, from_date, to_date, round(value, 2)) "
                + "from ops.metric_period order by period"));
        Assert.Equal(1129, (await test.LastAsync()).Metrics.Single(metric => metric.Metric == "amount").Value);
    }

    [Fact]
    public async Task Where_drops_hold_the_rows_of_the_day_before_that_is_the_newest_day()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("metrics/amount.sql", "-- Amount (EUR): of the orders.\nselect sum(amount) as value\n"
            + "from core.fact_orders\nwhere placed_on between :from_date and :to_date");

        await test.RunAsync();

        Assert.Equal(["2021-02-11 16.00"], await test.ListAsync(
            "select concat_ws(' ', to_date, round(value, 2)) from ops.metric_period where period = 'day'"));
    }

    [Fact]
    public async Task One_run_with_rows_of_its_own_day_does_not_say_that_all_drops_have_them()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("metrics/amount.sql", "-- Amount (EUR): of the orders.\nselect sum(amount) as value\n"
            + "from core.fact_orders\nwhere placed_on between :from_date and :to_date");
        await test.RunAsync();
        foreach (var (drop, row) in new[] { (13, 13), (14, 13), (15, 15), (16, 16), (17, 15) })
        {
            test.Put($"2021-02-{drop}/orders.csv",
                $"order_id,user_id,amount,placed_on\n{drop},1,{drop},2021-02-{row}\n");
            await test.RunAsync();
        }

        // Of the five runs before the last one, three had rows of their own day.
        Assert.Equal(
            ["2021-02-12 2021-02-11", "2021-02-13 2021-02-13", "2021-02-14 2021-02-13", "2021-02-15 2021-02-15",
                "2021-02-16 2021-02-16", "2021-02-17 2021-02-17"],
            await test.ListAsync("select concat_ws(' ', business_date, to_date) from ops.metric_period "
                + "inner join ops.run using (run_id) where period = 'day' order by run_id"));
    }

    [Theory]
    [InlineData("name", "from core.dim_users\nwhere user_id = 1", "sql/metrics/text.sql: ")]
    [InlineData("1", "from core.dim_users", "sql/metrics/text.sql: returns several rows; expected one.")]
    [InlineData("1", "from core.dim_users\nwhere user_id = 7", "sql/metrics/text.sql: returns no row; expected one.")]
    public async Task Text_and_a_wrong_number_of_rows_are_a_reason_too(string value, string from, string reason)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("metrics/text.sql", $"-- Text (count): no number.\nselect {value} as value\n{from}");

        var report = await test.RunAsync();

        Assert.Equal((RunState.Published, null), (report.State, report.Message));
        Assert.StartsWith(
            reason, report.Metrics.Single(metric => metric.Metric == "text").Error, StringComparison.Ordinal);
        Assert.Equal(3, report.Metrics.Single(metric => metric.Metric == "orders").Value);
    }
}
