namespace Greenery.SampleData;

/// <summary>The users of the shop, all of them every day.</summary>
internal static class UserTable
{
    public static IReadOnlyList<string> Columns { get; } =
        ["user_id", "first_name", "last_name", "email", "phone_number", "created_at", "updated_at", "address_id"];

    public static void Write(RowFile file, SampleIds ids, ShopClock clock, Customers customers, int day)
    {
        for (var user = 0; user < customers.CountAtEndOf(day); user++)
        {
            var changedOn = customers.PhoneChangedOn(user);
            var createdAt = customers.CreatedAt(user);
            var person = People.Person(ids, user, changedOn);
            file.Uuid(ids.Uuid(IdKind.User, user));
            file.Text(person.FirstName);
            file.Text(person.LastName);
            file.Text(person.Email);
            file.Text(person.PhoneNumber);
            file.Time(createdAt);
            file.Time(changedOn == 0 ? createdAt : clock.StartOf(changedOn) + (user % ShopClock.Day));
            file.Uuid(ids.Uuid(IdKind.Address, Customers.HomeOf(user)));
            file.EndRow();
        }
    }
}
