using System.Globalization;

namespace Greenery.SampleData;

/// <summary>Invents addresses: nine of ten American, some with zip codes that begin with 0, commas or quotes.</summary>
internal static class PostalAddresses
{
    // In a zip code # stands for a digit and @ for a letter.
    private static readonly (string Zip, string State)[] States =
    [
        ("941##", "California"), ("902##", "California"), ("921##", "California"), ("787##", "Texas"),
        ("770##", "Texas"), ("100##", "New York"), ("112##", "New York"), ("331##", "Florida"), ("328##", "Florida"),
        ("606##", "Illinois"), ("191##", "Pennsylvania"), ("432##", "Ohio"), ("303##", "Georgia"),
        ("282##", "North Carolina"), ("482##", "Michigan"), ("981##", "Washington"), ("972##", "Oregon"),
        ("802##", "Colorado"), ("850##", "Arizona"), ("554##", "Minnesota"), ("021##", "Massachusetts"),
        ("013##", "Massachusetts"), ("071##", "New Jersey"), ("061##", "Connecticut"), ("041##", "Maine"),
        ("054##", "Vermont"), ("029##", "Rhode Island"), ("038##", "New Hampshire"),
    ];

    private static readonly (string Zip, string State, string Country)[] Abroad =
    [
        ("M5V #@#", "Ontario", "Canada"), ("H2X #@#", "Québec", "Canada"), ("V6B #@#", "British Columbia", "Canada"),
        ("LS1# #@@", "England", "United Kingdom"), ("EH# #@@", "Scotland", "United Kingdom"),
        ("803##", "Bayern", "Germany"), ("010##", "Sachsen", "Germany"), ("750##", "Île-de-France", "France"),
        ("D0# @#@#", "Leinster", "Ireland"),
    ];

    private static readonly string[] Trees =
    [
        "Alder", "Aspen", "Birch", "Cedar", "Chestnut", "Elm", "Hawthorn", "Hazel", "Juniper", "Larch", "Laurel",
        "Linden", "Magnolia", "Maple", "Oak", "Poplar", "Rowan", "Spruce", "Sycamore", "Willow", "O'Malley",
        "St. Fiacre",
    ];

    private static readonly string[] Ways = ["Avenue", "Court", "Drive", "Hill", "Lane", "Road", "Street", "Terrace"];

    /// <summary>The address with this number.</summary>
    public static PostalAddress Address(SampleIds ids, int address)
    {
        var dice = ids.RandomFor(IdKind.Address, address);
        var street = Street(dice);
        if (dice.Chance(90))
        {
            var (zip, state) = States[dice.Next(States.Length)];
            return new PostalAddress(street, Fill(zip, dice), state, "United States");
        }
        var abroad = Abroad[dice.Next(Abroad.Length)];
        return new PostalAddress(street, Fill(abroad.Zip, dice), abroad.State, abroad.Country);
    }

    private static string Street(SeededRandom dice)
    {
        var number = 1 + dice.Next(dice.Chance(20) ? 9_999 : 240);
        var street = string.Create(
            CultureInfo.InvariantCulture, $"{number} {Trees[dice.Next(Trees.Length)]} {Ways[dice.Next(Ways.Length)]}");
        return dice.Next(12) switch
        {
            0 => string.Create(
                CultureInfo.InvariantCulture, $"{street}, Apt. {dice.Between(1, 12)}{(char)('A' + dice.Next(6))}"),
            1 when dice.Chance(40) => $"\"The Old Nursery\", {street}",
            2 when dice.Chance(30) => $"{street} (Señora Peña)",
            _ => street,
        };
    }

    private static string Fill(string pattern, SeededRandom dice) => string.Concat(pattern.Select(sign => sign switch
    {
        '#' => (char)('0' + dice.Next(10)),
        '@' => "ABEHKLMNRSTVX"[dice.Next(13)],
        _ => sign,
    }));
}

/// <summary>An address, as the addresses table says.</summary>
internal sealed record PostalAddress(string Street, string Zipcode, string State, string Country);
