using Greenery.Sources;
using Greenery.Staging;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class ShopDataTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [SkippableShopTheory]
    [InlineData("addresses", 150, "address_id uuid, address text, zipcode text, state text, country text")]
    [InlineData("users", 130,
        "user_id uuid, first_name text, last_name text, email text, phone_number text, created_at timestamptz, "
        + "updated_at timestamptz, address_id uuid")]
    [InlineData("products", 30, "product_id uuid, name text, price numeric(12,2), inventory integer")]
    [InlineData("promos", 6, "promo_id text, discount numeric(12,2), status text")]
    [InlineData("orders", 361,
        "order_id uuid, user_id uuid, promo_id text, address_id uuid, created_at timestamptz, order_cost "
        + "numeric(12,2), shipping_cost numeric(12,2), order_total numeric(12,2), tracking_id uuid, shipping_service "
        + "text, estimated_delivery_at timestamptz, delivered_at timestamptz, status text")]
    [InlineData("order_items", 862, "order_id uuid, product_id uuid, quantity integer", 2)]
    [InlineData("events", 3553,
        "event_id uuid, session_id uuid, user_id uuid, page_url text, created_at timestamptz, event_type text, "
        + "order_id uuid, product_id uuid")]
    public async Task The_shops_tables_load_without_a_bad_row(string name, int rows, string columns, int keys = 1)
    {
        var contract = LoadHarness.Plants with
        {
            Columns = [.. columns.Split(", ").Select(x => x.Split(' ')).Select(x => LoadHarness.Column(x[0], x[1]))],
            PrimaryKey = [.. columns.Split(", ").Take(keys).Select(x => x.Split(' ')[0])],
        };
        await using var harness = await LoadHarness.CreateAsync(database, contract);
        var result = await harness.LoadAsync(await File.ReadAllBytesAsync(
            Path.Combine(Repository.ShopData!, "2021-02-12", $"{name}.csv")));
        Assert.Equal((rows, rows, 0), (result.RowsInFile, result.Inserted, result.Quarantined));
    }
}
