using System.Text.RegularExpressions;
using Greenery.Drops;
using Greenery.Tests.Support;

namespace Greenery.Tests.SampleData;

/// <summary>The shop's tables fit together, within a drop and from drop to drop.</summary>
public sealed partial class SampleDataTests(CleanSample sample) : IClassFixture<CleanSample>
{
    [Fact]
    public void Every_file_has_the_name_of_a_drop_of_a_known_table()
    {
        var contract = ContractColumns();

        Assert.All(sample.Folder.Files().Keys, path =>
        {
            Assert.True(DropName.TryParse(path, out var name), path);
            Assert.Contains(name.Table, contract.Keys);
        });
        var drops = sample.Folder.Summary.Files.Select(file => (file.Path[..10], file.Table)).Distinct();
        Assert.Equal(5 * contract.Keys.Count, drops.Count());
    }

    [Fact]
    public void Every_file_has_exactly_the_columns_of_the_contract()
    {
        var contract = ContractColumns();

        Assert.All(sample.Folder.Summary.Files, file =>
        {
            var isArray = file.Path.EndsWith(".json", StringComparison.Ordinal);
            var first = SampleRow.Lines(sample.Folder.Path, file.Path)[isArray ? 1 : 0];
            var columns = file.Path.Contains(".csv", StringComparison.Ordinal)
                ? first.Split(',')
                : [.. JsonKey().Matches(first).Select(match => match.Groups[1].Value)];
            Assert.Equal(contract[file.Table], columns);
        });
    }

    [Fact]
    public void The_summary_counts_the_rows_that_are_in_the_files() => Assert.All(
        sample.Folder.Summary.Files,
        file => Assert.Equal(file.Rows, SampleRow.Read(sample.Folder.Path, file.Path).Count()));

    [Theory]
    [InlineData("users", "address_id", "addresses")]
    [InlineData("orders", "user_id", "users")]
    [InlineData("orders", "address_id", "addresses")]
    [InlineData("orders", "promo_id", "promos")]
    [InlineData("order_items", "order_id", "orders")]
    [InlineData("order_items", "product_id", "products")]
    [InlineData("events", "user_id", "users")]
    [InlineData("events", "order_id", "orders")]
    [InlineData("events", "product_id", "products")]
    [InlineData("campaigns", "promo_id", "promos")]
    [InlineData("email_events", "campaign_id", "campaigns")]
    [InlineData("email_events", "user_id", "users")]
    public void Every_reference_resolves_in_the_drops_so_far(string table, string column, string parent)
    {
        var known = sample.Rows(parent).GroupBy(row => row[column])
            .ToDictionary(rows => rows.Key, rows => rows.Min(row => row.Drop));
        var references = sample.Rows(table).Where(row => row.Find(column) is not null).ToList();

        Assert.NotEmpty(references);
        Assert.All(references, row => Assert.True(known[row[column]] <= row.Drop));
    }

    [Fact]
    public void Keys_are_unique_in_a_drop()
    {
        AssertUnique("users", row => row["user_id"]);
        AssertUnique("addresses", row => row["address_id"]);
        AssertUnique("orders", row => row["order_id"]);
        AssertUnique("order_items", row => row["order_id"] + row["product_id"]);
        AssertUnique("events", row => row["event_id"]);
        AssertUnique("campaigns", row => row["campaign_id"]);
        AssertUnique("campaigns", row => row["utm_campaign"]);
        AssertUnique("email_events", row => row["email_event_id"]);
    }

    [Fact]
    public void Money_adds_up_to_the_cent()
    {
        var discounts = sample.Rows("promos").DistinctBy(row => row["promo_id"])
            .ToDictionary(row => row["promo_id"], row => row.Money("discount"));
        var prices = sample.Rows("products")
            .ToDictionary(row => (row.Drop, row["product_id"]), row => row.Money("price"));
        var costs = sample.Rows("order_items").GroupBy(row => row["order_id"]).ToDictionary(
            rows => rows.Key,
            rows => rows.Sum(row => row.Money("quantity") * prices[(row.Drop, row["product_id"])]));

        Assert.All(sample.Rows("orders"), order =>
        {
            var discount = order.Find("promo_id") is { } promo ? discounts[promo] : 0;
            Assert.Equal(costs[order["order_id"]], order.Money("order_cost"));
            Assert.Equal(
                order.Money("order_cost") + order.Money("shipping_cost") - discount, order.Money("order_total"));
            Assert.True(order.Money("order_total") > 0);
        });
    }

    [Fact]
    public void Prices_and_stock_change_from_day_to_day()
    {
        var products = sample.Rows("products").GroupBy(row => row["product_id"]).ToList();

        Assert.Contains(products, days => days.Select(day => day["price"]).Distinct().Count() > 1);
        Assert.All(products, days => Assert.True(days.Select(day => day["inventory"]).Distinct().Count() > 1));
        Assert.All(products.SelectMany(days => days), day => Assert.True(day.Money("inventory") >= 0));
    }

    [Fact]
    public void Orders_only_move_forward()
    {
        string[] states = ["preparing", "shipped", "delivered"];
        var changed = sample.Rows("orders").GroupBy(row => row["order_id"]).Where(rows => rows.Count() > 1).ToList();

        Assert.NotEmpty(changed);
        Assert.All(changed, rows =>
        {
            var ranks = rows.OrderBy(row => row.Drop).Select(row => Array.IndexOf(states, row["status"])).ToList();
            Assert.DoesNotContain(-1, ranks);
            Assert.Equal(ranks.Distinct().Order(), ranks);
        });
    }

    [Fact]
    public void An_order_tells_of_its_parcel_only_what_has_happened() => Assert.All(sample.Rows("orders"), order =>
    {
        var export = order.Drop.AddDays(1).ToDateTime(TimeOnly.MinValue);
        Assert.True(order.Time("created_at") < export);
        Assert.Equal(order["status"] != "preparing", order.Find("tracking_id") is not null);
        Assert.Equal(order["status"] != "preparing", order.Find("shipping_service") is not null);
        Assert.Equal(order["status"] != "preparing", order.Find("estimated_delivery_at") is not null);
        Assert.Equal(order["status"] == "delivered", order.Find("delivered_at") is not null);
        Assert.True(order["status"] != "delivered" || order.Time("delivered_at") < export);
        Assert.True(order["status"] != "delivered" || order.Time("delivered_at") > order.Time("created_at"));
    });

    [Fact]
    public void The_second_day_changes_orders_of_the_first()
    {
        var orders = sample.Rows("orders").ToLookup(row => row.Drop);
        var first = orders[CleanSample.Options.FirstDate].ToDictionary(row => row["order_id"]);
        var again = orders[CleanSample.Options.FirstDate.AddDays(1)]
            .Where(row => first.ContainsKey(row["order_id"])).ToList();

        Assert.Contains(again, row => row["status"] == "shipped");
        Assert.Contains(again, row => row["status"] == "delivered");
        Assert.All(again, row => Assert.NotEqual(first[row["order_id"]]["status"], row["status"]));
    }

    [Fact]
    public void A_parcel_is_shipped_once_and_with_an_event_of_its_visit()
    {
        var events = sample.Rows("events");
        var checkouts = events.Where(row => row["event_type"] == "checkout").ToDictionary(row => row["order_id"]);
        var shipped = events.Where(row => row["event_type"] == "package_shipped").ToDictionary(row => row["order_id"]);
        var latest = sample.Rows("orders").GroupBy(row => row["order_id"])
            .Select(rows => rows.MaxBy(row => row.Drop)!).ToList();

        Assert.Equal(latest.Select(row => row["order_id"]).Order(), checkouts.Keys.Order());
        Assert.Equal(
            latest.Where(row => row["status"] != "preparing").Select(row => row["order_id"]).Order(),
            shipped.Keys.Order());
        Assert.All(shipped.Values, row =>
        {
            Assert.Equal(checkouts[row["order_id"]]["session_id"], row["session_id"]);
            Assert.True(row.Time("created_at") > checkouts[row["order_id"]].Time("created_at"));
        });
    }

    [Fact]
    public void Events_carry_the_product_or_the_order_and_fall_into_the_day_of_the_drop() => Assert.All(
        sample.Rows("events"), row =>
    {
        var isBrowsing = row["event_type"] is "page_view" or "add_to_cart";
        Assert.Equal(isBrowsing, row.Find("product_id") is not null);
        Assert.Equal(!isBrowsing, row.Find("order_id") is not null);
        var isPast = row.Path.Contains("events-history", StringComparison.Ordinal);
        var day = DateOnly.FromDateTime(row.Time("created_at"));
        Assert.True(isPast ? day < row.Drop : day == row.Drop);
    });

    [Fact]
    public void No_visit_precedes_its_account()
    {
        var since = sample.Rows("users").DistinctBy(row => row["user_id"])
            .ToDictionary(row => row["user_id"], row => row.Time("created_at"));

        Assert.All(sample.Rows("events"), row => Assert.True(row.Time("created_at") >= since[row["user_id"]]));
    }

    [Fact]
    public void Some_users_get_a_new_phone_number()
    {
        var changed = sample.Rows("users").GroupBy(row => row["user_id"])
            .Where(days => days.Select(day => day["phone_number"]).Distinct().Count() > 1).ToList();

        Assert.NotEmpty(changed);
        Assert.All(changed, days => Assert.True(days.Last().Time("updated_at") > days.First().Time("updated_at")));
    }

    [Fact]
    public void The_data_has_what_trips_careless_readers()
    {
        var users = sample.Rows("users");
        var addresses = sample.Rows("addresses");

        Assert.Contains(users, row => row["last_name"].Contains('\''));
        Assert.Contains(users, row => row["first_name"].Any(letter => letter > 127));
        Assert.Contains(addresses, row => row["zipcode"].StartsWith('0'));
        Assert.Contains(addresses, row => row["address"].Contains(','));
        Assert.Contains(addresses, row => row["address"].Contains('"'));
        Assert.Contains(addresses, row => row["country"] != "United States");
        Assert.All(users, row => Assert.Matches(@"^[a-z.]+\d+@example\.(com|org|net)$", row["email"]));
    }

    [Fact]
    public void A_campaign_brings_visits_and_has_its_promotion_used()
    {
        var led = sample.Rows("events")
            .Where(row => row["page_url"].Contains("utm_campaign=", StringComparison.Ordinal)).ToList();
        var promos = sample.Rows("promos").ToLookup(row => row.Drop);

        Assert.All(led, row => Assert.Equal("page_view", row["event_type"]));
        Assert.True(led.Select(row => row["page_url"]).Distinct().Count() > 2);
        Assert.Contains(
            promos.SelectMany(drop => drop).GroupBy(row => row["promo_id"]),
            days => days.Select(day => day["status"]).Distinct().Count() > 1);
        var ofTheDay = sample.Rows("orders").Where(row =>
            row.Find("promo_id") is not null && DateOnly.FromDateTime(row.Time("created_at")) == row.Drop).ToList();
        Assert.NotEmpty(ofTheDay);
        Assert.All(ofTheDay, order => Assert.Contains(
            promos[order.Drop], promo => promo["promo_id"] == order["promo_id"] && promo["status"] == "active"));
    }

    private void AssertUnique(string table, Func<SampleRow, string> key)
    {
        var keys = sample.Rows(table).Select(row => (row.Drop, key(row))).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
    }

    // Rough on purpose: the contract's own reader has its own tests.
    private static Dictionary<string, List<string>> ContractColumns()
    {
        Dictionary<string, List<string>> tables = [];
        foreach (var line in File.ReadLines(Path.Combine(Repository.SqlFolder, "sources.yml")))
        {
            if (TableName().Match(line) is { Success: true } table)
            {
                tables.Add(table.Groups[1].Value, []);
            }
            else if (ColumnName().Match(line) is { Success: true } column)
            {
                tables.Last().Value.Add(column.Groups[1].Value);
            }
        }
        return tables;
    }

    [GeneratedRegex("^ {6}- name: (\\w+)$")]
    private static partial Regex TableName();

    [GeneratedRegex("^ {10}- name: (\\w+)$")]
    private static partial Regex ColumnName();

    [GeneratedRegex("\"(\\w+)\":")]
    private static partial Regex JsonKey();
}
