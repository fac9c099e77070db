using System.Globalization;

namespace Greenery.SampleData;

/// <summary>
/// A few rows as real systems get them wrong, each against another rule. They are rows of their own, with ids that
/// nothing else uses: when they are quarantined, all that is left still fits together.
/// </summary>
internal sealed class BadRows(Drop drop, Shop shop)
{
    private readonly SampleIds _ids = shop.Ids;
    private readonly long _noon = shop.Clock.StartOf(drop.Day) + (12 * ShopClock.Hour);

    /// <summary>Has the drop's files write them among their other rows.</summary>
    public void Plant()
    {
        var date = shop.Clock.DateOf(drop.Day);
        var time = string.Create(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd}T25:61:00Z");
        drop.Users.Plant(40, "user_id is empty, and it is the key", User);
        drop.Addresses.Plant(25, "one field too many: the address has a comma but no quotes", Address);
        drop.Orders.Plant(30, "order_cost is '12,50 USD', not a number", file => Order(file, 1, "12,50 USD"));
        drop.Orders.Plant(70, "order_cost is 'n/a', not a number", file => Order(file, 2, "n/a"));
        drop.OrderItems.Plant(15, "one field too few: the quantity is missing", ItemWithoutQuantity);
        drop.OrderItems.Plant(55, "quantity is 'three', not a whole number", ItemWithTextQuantity);
        drop.Events.Plant(100, $"created_at is '{time}', a time that does not exist", file => EventAt(file, time));
        drop.Events.Plant(200, "event_id is '7f3c-oops', not a uuid", EventWithoutId);
    }

    private void User(RowFile file)
    {
        file.Null();
        file.Text("Robin");
        file.Text("Nobody");
        file.Text("robin.nobody@example.com");
        file.Text("555-0199");
        file.Time(_noon);
        file.Time(_noon);
        file.Uuid(_ids.Uuid(IdKind.Address, 0));
        file.EndRow();
    }

    private void Address(RowFile file)
    {
        file.Uuid(_ids.Uuid(IdKind.Planted, 0));
        file.Text("12 Elm Street");
        file.Text(" Apt. 3");
        file.Text("02139");
        file.Text("Massachusetts");
        file.Text("United States");
        file.EndRow();
    }

    private void Order(RowFile file, int number, string cost)
    {
        file.Uuid(_ids.Uuid(IdKind.Planted, number));
        file.Uuid(_ids.Uuid(IdKind.User, 0));
        file.Null();
        file.Uuid(_ids.Uuid(IdKind.Address, 0));
        file.Time(_noon);
        file.Text(cost);
        file.Money(500);
        file.Money(1750);
        file.Null();
        file.Null();
        file.Null();
        file.Null();
        file.Text("preparing");
        file.EndRow();
    }

    private void ItemWithoutQuantity(RowFile file)
    {
        file.Uuid(_ids.Uuid(IdKind.Planted, 1));
        file.Uuid(_ids.Uuid(IdKind.Product, 0));
        file.EndRow();
    }

    private void ItemWithTextQuantity(RowFile file)
    {
        file.Uuid(_ids.Uuid(IdKind.Planted, 2));
        file.Uuid(_ids.Uuid(IdKind.Product, 1));
        file.Text("three");
        file.EndRow();
    }

    private void EventAt(RowFile file, string time)
    {
        file.Uuid(_ids.Uuid(IdKind.Planted, 3));
        EndEvent(file, () => file.Text(time));
    }

    private void EventWithoutId(RowFile file)
    {
        file.Text("7f3c-oops");
        EndEvent(file, () => file.Time(_noon));
    }

    private void EndEvent(RowFile file, Action createdAt)
    {
        var product = _ids.Uuid(IdKind.Product, 0);
        file.Uuid(_ids.Uuid(IdKind.Planted, 4));
        file.Uuid(_ids.Uuid(IdKind.User, 0));
        file.Url("https://greenery.example/product/"u8, product, default);
        createdAt();
        file.Text("page_view");
        file.Null();
        file.Uuid(product);
        file.EndRow();
    }
}
