namespace Greenery.Tests.Cases;

/// <summary>How single values are written in CSV.</summary>
internal static class ValueCases
{
    private const string At = "2026-11-01 10:00:00";

    public static IReadOnlyDictionary<string, LoadExpectation> All { get; } = new Dictionary<string, LoadExpectation>
    {
        ["07-float-ints"] = new()
        {
            Things =
            [
                .. Thing.Rows(1, 2), new Thing(3) { N = null }, .. Thing.Rows(4, 5), new Thing(6) { N = null },
                new Thing(20), new Thing(21) { N = null }, .. Thing.Rows(22, 23),
                new Thing(24) { N = null }, new Thing(25),
            ],
        },
        ["08-utc-suffix"] = new() { Things = Thing.Rows(1, 6) },
        ["09-seven-digits"] = new()
        {
            Things = [.. Enumerable.Range(1, 6).Select(id => new Thing(id) { At = $"{At}.123457" }.ToString())],
            Notes = ["things.csv: column 'at' has more than six digits of a second in 6 of 6 rows"],
        },
        ["10-zero-date"] = new()
        {
            Things = Thing.Rows(1, 4),
            Quarantine = [.. Enumerable.Range(6, 5).Select(line => $"things.csv:{line} range day")],
        },
        ["10-zero-date+nulls"] = new()
        {
            Contract = Nulls("'0000-00-00', '0000-00-00 00:00:00'"),
            Things =
            [
                .. Thing.Rows(1, 4),
                .. Enumerable.Range(5, 5).Select(id => new Thing(id) { Day = null, At = null }.ToString()),
            ],
        },
        ["11-null-words"] = new()
        {
            Things = [.. Enumerable.Range(1, 19).Select(id => new Thing(id) { Label = NullWord(id) }.ToString())],
            Quarantine = ["things.csv:21 type n"],
            Notes = ["things.csv: column 'label' holds words like 'NA' in 19 of 20 rows"],
        },
        ["11-null-words+nulls"] = new()
        {
            Contract = Nulls("'NULL', '\\N', 'NA'"),
            Things =
            [
                .. Enumerable.Range(1, 19).Select(id => new Thing(id) { Label = null }.ToString()),
                new Thing(20) { N = null },
            ],
        },
        ["28-booleans"] = new()
        {
            Things =
            [
                .. "true false true false true false true false true false true true".Split(' ')
                    .Select((flag, at) => new Thing(at + 1) { Flag = flag }.ToString()),
            ],
        },
        ["37-quoted-empty"] = new() { Things = [Thing.Bare(1)] },
        ["40-values"] = new()
        {
            Refused = ["things.csv: 22 of 36 rows are bad, more than the 10% the contract allows"],
            Play = async run =>
            {
                await run.PlayStepsAsync();
                // One group a rule and column: the example of each speaks for its own rows only.
                Assert.Equal(
                    [
                        "at type 4", "day type 4", "amount range 3", "amount type 3", "at range 2", "day range 2",
                        "n type 2", " quote 1", "n range 1",
                    ],
                    run.Last.Quarantine.Select(line => $"{line.Column} {line.Rule} {line.Rows}"));
            },
        },
        ["40-values+all"] = new()
        {
            Contract = ("fail: 10%", "fail: 100%"),
            Things =
            [
                new Thing(1) { N = "1000" }, new Thing(2) { N = "0" }, new Thing(3) { N = "5" },
                new Thing(7) { Amount = "1000.00" }, new Thing(8) { Amount = "0.00" },
                new Thing(13) { Amount = "0.50" }, new Thing(14) { Amount = "5.00" },
                new Thing(26) { At = "2026-11-01 04:30:00" }, new Thing(27) { At = "2026-11-01 04:30:00" },
                new Thing(29) { At = "2026-11-01 22:00:00" },
                new Thing(31) { At = "10000-01-01 04:59:59" },
                new Thing(32) { At = "0001-01-01 00:00:00" }, new Thing(34) { At = "2026-03-29 02:30:00" },
                new Thing(36) { Label = "1.23E+15" },
            ],
            Quarantine =
            [
                .. Bad("range n", 5), .. Bad("type n", 6, 7), .. Bad("type amount", 10),
                .. Bad("range amount", 11, 12), .. Bad("type amount", 13, 16), .. Bad("range amount", 17),
                .. Bad("range day", 18, 19), .. Bad("type day", 20, 21, 22, 23), .. Bad("range at", 24, 25),
                .. Bad("type at", 26, 29, 31, 34), "things.csv:36 quote",
            ],
        },
    };

    private static IEnumerable<string> Bad(string rule, params int[] lines) =>
        lines.Select(line => $"things.csv:{line} {rule}");

    private static string NullWord(int id) => id < 3 ? "NULL" : id < 5 ? "\\N" : "NA";

    private static (string, string) Nulls(string words) =>
        ("- name: things\n", $"- name: things\n        config: {{nulls: [{words}]}}\n");
}
