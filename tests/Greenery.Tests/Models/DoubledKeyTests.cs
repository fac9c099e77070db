using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Models;

/// <summary>
/// Rows of an increment that share a key: kept for the check to show, beside a key that stays unique.
/// </summary>
public sealed class DoubledKeyTests
{
    private const string KeyIsUnique =
        """
        select count(*) from pg_index
        inner join pg_class on pg_class.oid = indrelid
        where relnamespace = 'warehouse'::regnamespace and relname like '%fact_orders%' and indisunique
        """;

    private const string Doubled =
        "order_id,user_id,amount,placed_on\n113,1,4,2021-02-13\n213,1,5,2021-02-13\n";

    [Fact]
    public async Task They_are_found_and_corrected_while_a_reader_is_active()
    {
        await using var test = await ShopAsync("error");
        await using var reader = await test.Database.Warehouse.ConnectAsync(default);
        await using var reading = await reader.BeginTransactionAsync();
        await reader.ExecuteAsync("select count(*) from core.fact_orders", null, default);
        test.Put("2021-02-13/orders.csv", Doubled);

        var doubled = await test.RunAsync();

        Assert.Equal(RunState.ChecksFailed, doubled.State);
        var unique = Assert.Single(doubled.Checks, check => check.Id == "core.fact_orders.order_id.unique");
        Assert.Equal((CheckStatus.Fail, 2L, 2), (unique.Status, unique.RowsFailing, unique.FailingRows.Count));
        Assert.Equal(1, await test.ValueAsync<long>(KeyIsUnique));
        await reading.CommitAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n113,1,4,2021-02-13\n");
        var mended = await test.RunAsync();
        Assert.True(mended.State == RunState.Published, mended.Message);
        Assert.Equal(["10 5", "11 7", "12 9", "13 4"], await OrdersAsync(test));
    }

    [Fact]
    public async Task Where_the_check_only_warns_they_are_shown_until_their_key_comes_again()
    {
        await using var test = await ShopAsync("warn");
        test.Put("2021-02-13/orders.csv", Doubled);
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(["10 5", "11 7", "12 9", "13 4", "13 5"], await OrdersAsync(test));

        // A run that is not published takes both away; the next brings both back before it takes them away itself.
        test.Put("2021-02-14/orders.csv",
            "order_id,user_id,amount,placed_on\n14,1,-6,2021-02-14\n313,1,8,2021-02-14\n");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        Assert.Equal(["10 5", "11 7", "12 9", "13 4", "13 5"], await OrdersAsync(test));
        test.Put("2021-02-14/orders.csv",
            "order_id,user_id,amount,placed_on\n14,1,6,2021-02-14\n313,1,8,2021-02-14\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(["10 5", "11 7", "12 9", "13 8", "14 6"], await OrdersAsync(test));
        Assert.Equal(1, await test.ValueAsync<long>(KeyIsUnique));
    }

    // 113, 213, ...: one order of the model, several of the source.
    private static async Task<TestWarehouse> ShopAsync(string severity)
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/fact_orders.sql",
            "select order_id % 100 as order_id, user_id, amount, placed_on\nfrom orders\nwhere _load_seq > :since\n");
        test.ChangeSql("core/core.yml", "      - name: order_id\n        data_tests: [unique, not_null]",
            $"      - name: order_id\n        data_tests: [{{unique: {{config: {{severity: {severity}}}}}}}]");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        return test;
    }

    private static Task<List<string>> OrdersAsync(TestWarehouse test) => test.ListAsync(
        "select format('%s %s', order_id, amount::integer) from core.fact_orders order by order_id, amount");
}
