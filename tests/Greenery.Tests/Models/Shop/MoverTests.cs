using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;
using static Greenery.Tests.Support.ShopModel;

namespace Greenery.Tests.Models.Shop;

/// <summary>What moved, what an order's status was, and one visitor who is many sessions.</summary>
public sealed class MoverTests
{
    [Fact]
    public async Task A_day_is_compared_with_the_median_of_the_same_weekday_of_four_weeks()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        await test.ExecuteAsync(
            """
            create table fact_orders (order_id int, order_date date, order_total numeric(12, 2), state text, country text, promo_id text);
            create table fact_order_items (order_id int, product_name text, order_date date, paid_amount numeric(12, 2));
            insert into fact_orders values
                (1, '2026-11-20', 30, 'Oslo', 'Norway', 'fern'), (2, '2026-11-13', 10, 'Oslo', 'Norway', null),
                (3, '2026-11-06', 20, 'Oslo', 'Norway', null), (4, '2026-11-13', 5, null, 'Norway', 'fern'),
                (5, '2026-11-19', 99, 'Oslo', 'Norway', 'fern'), (6, '2026-10-25', 7, null, null, null);
            insert into fact_order_items values (1, 'Fern', '2026-11-20', 30), (2, 'Ivy', '2026-11-13', 10), (5, 'Fern', '2026-11-19', 99);
            create table conversion_cohorts (event_date date);
            """);

        await test.EvaluateAsync("int_last_day", "int_daily_sales", "daily_movers");

        // Three Fridays since the first order: 13 and 6 November, and 30 October, on which nothing was sold.
        Assert.Equal(
            [
                "product Fern 30.00 0.00 30.00", "product Ivy 0 0.00 0.00", "promotion fern 30.00 0.00 30.00",
                "region Norway 0 0.00 0.00", "region Oslo, Norway 30.00 10.00 20.00",
            ],
            await test.ListAsync("select concat_ws(' ', kind, name, revenue, usual_revenue, revenue_change) "
                + "from daily_movers where order_date = '2026-11-20' order by kind, name"));
    }

    [Fact]
    public async Task A_young_shop_has_no_usual_day()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        await test.ExecuteAsync(
            """
            create table fact_orders (order_id int, order_date date, order_total numeric(12, 2), state text, country text, promo_id text);
            create table fact_order_items (order_id int, product_name text, order_date date, paid_amount numeric(12, 2));
            insert into fact_orders values (1, '2026-11-20', 30, 'Oslo', 'Norway', null), (2, '2026-11-13', 10, 'Oslo', 'Norway', null);
            create table conversion_cohorts (event_date date);
            """);

        await test.EvaluateAsync("int_last_day", "int_daily_sales", "daily_movers");

        Assert.Equal(["region Oslo, Norway 30.00"], await test.ListAsync(
            "select concat_ws(' ', kind, name, revenue, usual_revenue, revenue_change) from daily_movers"));
    }

    [Theory]
    [InlineData(12, 100, CheckStatus.Warn)]
    [InlineData(10, 100, CheckStatus.Pass)]
    [InlineData(30, 90, CheckStatus.Pass)]
    public async Task One_visitor_with_a_tenth_of_the_sessions_is_a_warning_and_counts_once(
        int sessions, int all, CheckStatus status)
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        test.Put("2026-11-20/events.csv",
            "event_id,session_id,user_id,page_url,created_at,event_type,order_id,product_id\n"
            + string.Concat(Enumerable.Range(1, all).Select(i =>
                $"{Id(i)},{Id(i)},{Id(i <= sessions ? 1 : i)},https://greenery.example/x,2026-11-20T10:00:00Z,"
                + $"{(i <= sessions ? "checkout" : "page_view")},{Id(i)},\n")));

        var report = await test.RunAsync();

        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(status, report.Checks.Single(check => check.Id == "marketing.visitor_concentration").Status);
        Assert.Equal(
            decimal.Round(1m / (all - sessions + 1), 6),
            report.Metrics.Single(metric => metric.Metric == "visitor_conversion_rate").Value);
        Assert.Equal(
            $"{all} {sessions} {all - sessions + 1} 1", await test.ValueAsync<string>(
                "select concat_ws(' ', sessions, converted_sessions, visitors, converted_visitors) "
                + "from marketing.conversion_cohorts"));
    }

    [Fact]
    public async Task The_status_of_an_order_is_kept_by_the_dates_of_the_drops()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        foreach (var (day, status) in new[] { (18, "preparing"), (19, "preparing"), (20, "shipped"), (23,
            "delivered") })
        {
            test.Put($"2026-11-{day}/orders.csv",
                "order_id,user_id,promo_id,address_id,created_at,order_cost,shipping_cost,order_total,tracking_id,"
                + "shipping_service,estimated_delivery_at,delivered_at,status\n"
                + $"{Id(1)},{Id(7)},,,2026-11-18T10:00:00Z,10,0,10,,,,"
                + $"{(status == "delivered" ? "2026-11-23T10:00:00Z" : "")},{status}\n");
        }

        var report = await test.RunAsync();

        Assert.Equal((RunState.Published, null), (report.State, report.Message));
        Assert.Equal(
            ["1 preparing 2026-11-18 2026-11-20 2", "2 shipped 2026-11-20 2026-11-23 3", "3 delivered 2026-11-23"],
            await test.ListAsync("select concat_ws(' ', status_number, status, valid_from, valid_to, days_in_status) "
                + "from core.order_status_history order by status_number"));
    }
}
