using Greenery.Alerts.Routing;
using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Checks;

/// <summary>What had rows and has none: no declared check looks at a row, so that none would warn.</summary>
public sealed class EmptiedTests
{
    private const string NoOrders =
        "select order_id, user_id, amount, placed_on\nfrom orders\nwhere _load_seq > :since and amount < 0\n";

    private const string Advice =
        "expected some. Look at its SQL and its sources, or set may_be_empty: true in its config";

    [Fact]
    public async Task A_table_warns_until_it_has_rows_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        Assert.Empty(Found(await test.RunAsync()));
        test.WriteSql("core/fact_orders.sql", NoOrders);

        var emptied = await test.RunAsync();

        Assert.Equal(RunState.Published, emptied.State);
        Assert.Equal(
            [
                "core.fact_orders.emptied warn: emptied on core.fact_orders: it has no row, and had 3 in run 1; "
                    + Advice,
                "marketing.fact_user_orders.emptied warn: emptied on marketing.fact_user_orders: it has no row, and "
                    + $"had 2 in run 1; {Advice}",
            ],
            Found(emptied));
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        Assert.Equal(2, Found(await test.RunAsync()).Count);
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n14,1,-4,2021-02-14\n");
        test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: -9}");
        Assert.All(Found(await test.RunAsync()), line =>
            Assert.EndsWith("it has rows again", line, StringComparison.Ordinal));
        test.Put("2021-02-15/orders.csv", "order_id,user_id,amount,placed_on\n15,1,-4,2021-02-15\n");
        Assert.Empty(Found(await test.RunAsync()));
    }

    [Fact]
    public async Task A_model_that_may_be_empty_does_not_warn()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.WriteSql("core/fact_orders.sql", NoOrders);
        test.ChangeSql("core/core.yml", "unique_key: order_id}", "unique_key: order_id, may_be_empty: true}");

        Assert.StartsWith("marketing.", Assert.Single(Found(await test.RunAsync())), StringComparison.Ordinal);
        Assert.DoesNotContain(Topic.AllOf(test.Project), topic => topic.Subject == "core.fact_orders.emptied");
    }

    [Fact]
    public async Task A_drop_with_only_a_header_warns_until_one_has_rows()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n");

        Assert.Equal(
            ["staging.orders.empty_drop warn: empty_drop of staging.orders: the newest drop, of 2021-02-13, has no "
                + "row, and that of 2021-02-12 had some; expected rows. Ask its sender, or set may_be_empty: true "
                + "in its config"],
            Found(await test.RunAsync()));
        Assert.Single(Found(await test.RunAsync()));
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n14,1,4,2021-02-14\n");
        Assert.Contains(" pass: ", Assert.Single(Found(await test.RunAsync())), StringComparison.Ordinal);
        Assert.Empty(Found(await test.RunAsync()));
    }

    [Fact]
    public async Task A_table_whose_drops_may_be_empty_does_not_warn()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "      - name: orders\n",
            "      - name: orders\n        config: {may_be_empty: true}\n");
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n");

        Assert.Empty(Found(await test.RunAsync()));
    }

    private static List<string> Found(RunReport report) =>
    [
        .. report.Checks.Where(check => check.Id.EndsWith(".emptied", StringComparison.Ordinal)
            || check.Id.EndsWith(".empty_drop", StringComparison.Ordinal))
            .Select(check => $"{check.Id} {EnumText.Name(check.Status)}: {check.Message}"),
    ];
}
