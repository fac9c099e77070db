using Greenery.Runs;
using Greenery.Tests.Support;
using static Greenery.Tests.Support.ShopModel;

namespace Greenery.Tests.Models.Shop;

/// <summary>Days are cut where the business is, also on the day its clocks change.</summary>
public sealed class TimeZoneTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public async Task Days_of_the_shop_follow_its_zone_over_a_change_of_clocks_and_a_changed_zone_builds_anew()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        // Clocks went from 02:00 to 03:00 on 29 March 2026: the day had 23 hours, from 23:00 to 22:00 UTC.
        string[] times = ["2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z",
            "2026-03-29T22:00:00Z"];
        test.Put("2026-03-30/orders.csv",
            "order_id,user_id,promo_id,address_id,created_at,order_cost,shipping_cost,order_total,tracking_id,"
            + "shipping_service,estimated_delivery_at,delivered_at,status\n"
            + string.Concat(times.Select((time, i) => $"{Id(i + 1)},{Id(7)},,,{time},10,0,10,,,,,preparing\n")));
        test.Put("2026-03-30/events.csv",
            "event_id,session_id,user_id,page_url,created_at,event_type,order_id,product_id\n"
            + string.Concat(times.Select((time, i) =>
                $"{Id(i + 1)},{Id(i + 1)},{Id(7)},https://greenery.example/x,{time},page_view,,{Id(5)}\n")));
        test.Put("2026-03-30/products.csv", $"product_id,name,price,inventory\n{Id(5)},Fern,10,9\n");
        test.TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Etc/UTC");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal("28 28 29 29", await OrdersAsync(test));

        test.TimeZone = Berlin;
        var changed = await test.RunAsync();

        Assert.Equal(RunState.Published, changed.State);
        Assert.Equal("28 29 29 30", await OrdersAsync(test));
        foreach (var model in new[] { "marketing.converted_users", "product.fact_page_views" })
        {
            Assert.Equal("28 29 29 30", await test.ValueAsync<string>(
                $"select string_agg(date_part('day', event_date)::text, ' ' order by session_id) from {model}"));
        }
        Assert.Equal(["28 1", "29 2", "30 1"], await test.ListAsync(
            "select date_part('day', event_date)::text || ' ' || sum(page_view_sessions) from product.product_funnel "
            + "group by event_date order by event_date"));
        // What cuts no days, and reads nothing that does, is kept.
        Assert.Equal("Reuse", $"{changed.Models.Single(model => model.Model == "dim_users").Action}");
        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);
    }

    [Fact]
    public async Task Checks_and_metrics_have_it_too()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "- accepted_range: {min_value: 0}",
            "- expression_is_true: {expression: \"> 0 and :time_zone = 'Europe/Berlin'\"}\n"
            + "          - not_null: {config: {where: \":time_zone = 'Europe/Berlin'\"}}");
        test.WriteSql("core/checks/zone.sql", "select user_id from dim_users where :time_zone <> 'Europe/Berlin'");
        test.WriteSql("metrics/hour.sql", "-- Hour (hours): what clocks show at noon UTC in summer.\nselect date_part("
            + "'hour', timestamptz '2026-07-01 12:00Z' at time zone :time_zone) as value from core.dim_users limit 1");

        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        test.TimeZone = Berlin;
        var report = await test.RunAsync();

        Assert.Equal((RunState.Published, null), (report.State, report.Message));
        Assert.Equal(3, report.Checks.Single(check => check.Id == "core.fact_orders.amount.not_null").RowsLookedAt);
        Assert.Equal(14, report.Metrics.Single(metric => metric.Metric == "hour").Value);
    }

    [Theory]
    [InlineData("Etc/UTC", "UTC")]
    [InlineData("UTC", "UTC")]
    [InlineData("Europe/Berlin", "Europe/Berlin")]
    public void Sql_gets_the_name_that_PostgreSQL_knows(string zone, string name) =>
        Assert.Equal(name, BusinessZone.NameOf(TimeZoneInfo.FindSystemTimeZoneById(zone)));

    private static Task<string?> OrdersAsync(TestWarehouse test) => test.ValueAsync<string>(
        "select string_agg(date_part('day', order_date)::text, ' ' order by order_id) from core.fact_orders");
}
