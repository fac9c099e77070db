namespace Greenery.Tests.Cases;

/// <summary>
/// JSON arrays and lines: what is no JSON, keys in other letters, values that JSON has and PostgreSQL has not.
/// </summary>
internal static class JsonCases
{
    private static readonly string[] NinetyNine = Thing.Rows(1, 99);

    public static IReadOnlyDictionary<string, LoadExpectation> All { get; } = new Dictionary<string, LoadExpectation>
    {
        ["12-nan-array"] = new() { Things = NinetyNine, Quarantine = ["things.json:100 json"] },
        ["12b-nan-ndjson"] = new() { Things = NinetyNine, Quarantine = ["things.ndjson:100 json"] },
        ["13-control-char-array"] = new() { Things = NinetyNine, Quarantine = ["things.json:100 json"] },
        ["13b-trailing-comma-array"] = new()
        {
            Things = NinetyNine,
            Notes = ["things.json: has 1 comma"],
        },
        ["13c-deep-array"] = new() { Things = NinetyNine, Quarantine = ["things.json:100 json"] },
        ["14-nul"] = new()
        {
            Things = [.. NinetyNine, .. Thing.Rows(200, 219)],
            Quarantine = ["things-c.csv:22 nul label", "things.ndjson:100 nul label"],
        },
        ["16-key-case"] = new()
        {
            Things =
            [
                .. Enumerable.Range(1, 5).Concat(Enumerable.Range(10, 5))
                    .Select(id => new Thing(id) { Extra = $$"""{"Id": "log-{{id}}"}""" }.ToString()),
            ],
        },
        ["41-json-values"] = new()
        {
            Things =
            [
                .. Thing.Rows(1, 80),
                Thing.Bare(201) with { N = "100" },
                Thing.Bare(202) with { N = "3" },
                Thing.Bare(210) with { N = "7", Amount = "1.10" },
                Thing.Bare(9007199254740993) with { Doc = "[1, 2.50, 100]" },
            ],
            Quarantine =
            [
                "things.ndjson:83 range amount", "things.ndjson:84 encoding label", "things.ndjson:85 json label",
                "things.ndjson:86 json id", "things.ndjson:87 encoding doc",
            ],
            Said = ["surrogate"],
        },
        // jsonb would unfold 81 KB to gigabytes, and pg_dump would fail.
        ["50-jsonb-breaks-backup"] = new() { Quarantine = ["things.ndjson:1 range doc"] },
    };
}
