using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;
using static Greenery.Tests.Support.ShopModel;

namespace Greenery.Tests.Models.Shop;

/// <summary>What an order paid stays what it was when promotions and prices change.</summary>
public sealed class OrderMoneyTests
{
    private const string Orders =
        "order_id,user_id,promo_id,address_id,created_at,order_cost,shipping_cost,order_total,tracking_id,"
        + "shipping_service,estimated_delivery_at,delivered_at,status\n";

    [Fact]
    public async Task A_changed_promotion_and_price_alter_no_old_order_and_fail_no_check()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        test.Put("2026-11-20/promos.csv", "promo_id,discount,status\nfern,5,active\n");
        test.Put("2026-11-20/products.csv", $"product_id,name,price,inventory\n{Id(1)},Fern,10,9\n{Id(2)},Ivy,20,9\n");
        test.Put("2026-11-20/users.csv",
            "user_id,first_name,last_name,email,phone_number,created_at,updated_at,address_id\n"
            + $"{Id(7)},Ana,Lima,ana@greenery.example,,2026-01-01T00:00:00Z,,{Id(8)}\n");
        test.Put("2026-11-20/orders.csv", Orders + Order(1, "fern", "2026-11-18", "30", "25")
            + Order(2, "", "2026-11-20", "30", "30"));
        test.Put("2026-11-20/order_items.csv",
            $"order_id,product_id,quantity\n{Id(1)},{Id(1)},1\n{Id(1)},{Id(2)},1\n{Id(2)},{Id(1)},3\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);

        test.Put("2026-11-22/promos.csv", "promo_id,discount,status\nfern,6,active\n");
        test.Put(
            "2026-11-22/products.csv", $"product_id,name,price,inventory\n{Id(1)},Fern,12,9\n{Id(2)},Ivy,20,9\n");
        test.Put("2026-11-22/orders.csv", Orders + Order(3, "fern", "2026-11-22", "12", "6")
            + Order(4, "fern", "2026-11-22", "12", "7"));
        test.Put(
            "2026-11-22/order_items.csv", $"order_id,product_id,quantity\n{Id(3)},{Id(1)},1\n{Id(4)},{Id(1)},1\n");
        var second = await test.RunAsync();

        Assert.Equal(RunState.Published, second.State);
        Assert.Equal(["1 5.00 5.00", "2 0.00", "3 6.00 6.00", "4 5.00 6.00"], await test.ListAsync(
            "select concat_ws(' ', right(order_id::text, 1), discount, promo_list_discount) from core.fact_orders "
                + "order by 1"));
        // Order 4 paid what the promotion gave in the morning.
        Assert.Equal(CheckStatus.Pass, second.Checks.Single(check => check.Id == "core.discount_of_promo").Status);
        Assert.Equal(16m, await test.ValueAsync<decimal>("select sum(discount) from core.int_user_orders"));
        Assert.Equal(
            ["1/1 10.00 1.67 8.33", "1/2 20.00 3.33 16.67", "2/1 30.00 0.00 30.00", "3/1 12.00 6.00 6.00",
                "4/1 12.00 5.00 7.00"],
            await test.ListAsync(
                "select concat_ws(' ', right(order_id::text, 1) || '/' || right(product_id::text, 1), "
                + "line_amount, discount_share, paid_amount) from core.fact_order_items order by 1"));
    }

    [Fact]
    public async Task An_order_that_paid_another_discount_than_its_promotion_is_warned_of_and_published()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        test.Put("2026-11-20/promos.csv", "promo_id,discount,status\nfern,5,active\n");
        test.Put("2026-11-20/orders.csv", Orders + Order(1, "fern", "2026-11-18", "30", "21"));
        var report = await test.RunAsync();
        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(CheckStatus.Warn, report.Checks.Single(check => check.Id == "core.discount_of_promo").Status);
    }

    [Fact]
    public async Task An_order_without_a_promotion_that_pays_less_than_it_costs_stops_the_run()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        test.Put("2026-11-20/orders.csv", Orders + Order(1, "", "2026-11-18", "30", "21"));
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
    }

    private static string Order(int number, string promo, string day, string cost, string total) =>
        $"{Id(number)},{Id(7)},{promo},,{day}T12:00:00Z,{cost},0,{total},,,,,preparing\n";
}
