using System.Globalization;

namespace Greenery.SampleData;

/// <summary>Invents people: names are drawn from two lists, e-mail addresses end in example domains.</summary>
internal static class People
{
    private static readonly string[] Domains = ["example.com", "example.org", "example.net"];

    // With the form used in e-mail addresses where the two differ.
    private static readonly string[] Given =
        Names.Given.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] Family = Names.Family.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The user with this number, after the phone number was changed on that day (0 for never).</summary>
    public static Person Person(SampleIds ids, int user, int phoneChangedOn)
    {
        var trait = ids.Trait(IdKind.User, user);
        var first = Given[trait % (ulong)Given.Length].Split('|');
        var last = Family[(trait >> 20) % (ulong)Family.Length].Split('|');
        var domain = Domains[(trait >> 40) % (ulong)Domains.Length];
        return new Person(
            first[0],
            last[0],
            string.Create(CultureInfo.InvariantCulture, $"{Handle(first)}.{Handle(last)}{user + 1}@{domain}"),
            PhoneNumber(ids.Trait(IdKind.Phone, user + (phoneChangedOn * 1_000_000_000L))));
    }

    private static string Handle(string[] name) => name[^1].Replace("'", "", StringComparison.Ordinal)
        .Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();

    // Numbers from 555-0100 to 555-0199 are reserved for fiction.
    private static string PhoneNumber(ulong trait)
    {
        var area = 201 + (trait % 780);
        var line = 100 + ((trait >> 16) % 100);
        return ((trait >> 32) % 10) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"({area}) 555-{line:0000}"),
            1 => string.Create(CultureInfo.InvariantCulture, $"+1 {area} 555 {line:0000}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{area}-555-{line:0000}"),
        };
    }
}
