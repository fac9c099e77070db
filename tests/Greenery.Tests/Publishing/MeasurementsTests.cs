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
