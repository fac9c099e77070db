namespace Greenery.Tests.Cases;

/// <summary>Files of a table with personal columns: no message shows a value of them.</summary>
internal static class PersonalCases
{
    private static readonly string[] Customers =
        ["Erika", "Muster", "example.org", "1980-01-01", "01.02.1980", "1981-01-01"];

    public static IReadOnlyDictionary<string, LoadExpectation> All { get; } = new Dictionary<string, LoadExpectation>
    {
        ["22-windows-1252"] = new()
        {
            Quarantine = [.. Enumerable.Range(2, 7).Select(line => $"people.csv:{line} encoding full_name")],
            Said = ["Windows-1252"],
            NeverSaid = ["iggang", "joerg", "rg M"],
        },
        ["23-no-header"] = new()
        {
            Refused = ["people.csv: lacks columns person_id, full_name, email, born_on. Found: ***"],
            Said = ["Does the file have no header line?"],
            NeverSaid = Customers,
        },
        ["23b-bad-birthday"] = new()
        {
            People = ["2|Max Muster|max@example.org|1981-01-01"],
            Quarantine = ["people.csv:2 type born_on"],
            NeverSaid = Customers,
        },
        ["23c-ndjson-cut"] = new()
        {
            Quarantine = ["people.ndjson:1 json", "people.ndjson:2 json"],
            NeverSaid = Customers,
        },
    };
}
