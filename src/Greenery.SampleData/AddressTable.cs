namespace Greenery.SampleData;

/// <summary>The addresses the shop knows, all of them every day: one a user, though some share a home.</summary>
internal static class AddressTable
{
    public static IReadOnlyList<string> Columns { get; } = ["address_id", "address", "zipcode", "state", "country"];

    public static void Write(RowFile file, SampleIds ids, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var address = PostalAddresses.Address(ids, number);
            file.Uuid(ids.Uuid(IdKind.Address, number));
            file.Text(address.Street);
            file.Text(address.Zipcode);
            file.Text(address.State);
            file.Text(address.Country);
            file.EndRow();
        }
    }
}
