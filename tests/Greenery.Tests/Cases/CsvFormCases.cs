namespace Greenery.Tests.Cases;

/// <summary>
/// How a CSV file is laid out: delimiters, headers, byte order marks, empty columns and rows, line ends.
/// </summary>
internal static class CsvFormCases
{
    private static readonly string[] Three = Thing.Rows(1, 3);

    public static IReadOnlyDictionary<string, LoadExpectation> All { get; } = new Dictionary<string, LoadExpectation>
    {
        // The delimiter is found; a decimal comma is not guessed.
        ["01-semicolon"] = new()
        {
            Quarantine = ["things.csv:2 type amount", "things.csv:3 type amount"],
            Said = ["found '12,50'"],
        },
        ["01-semicolon+contract"] = new()
        {
            Contract = (
                "- name: things\n",
                "- name: things\n        config: {csv: {delimiter: \";\", decimal: \",\"}}\n"),
            Things =
            [
                new Thing(1) { Label = "Rose", N = "3", Amount = "12.50" },
                new Thing(2) { Label = "Farn", N = "4", Amount = "7.00" },
            ],
        },
        ["02-sep-line"] = new() { Things = Three },
        ["03-double-bom"] = new() { Things = Three },
        ["03b-bom-middle"] = new()
        {
            Things = [.. Thing.Rows(1, 29), .. Thing.Rows(100, 129)],
            Notes = ["things.csv: has its header line again in 1 other"],
        },
        ["04-empty-columns"] = new() { Things = Three },
        ["04b-trailing-comma-rows"] = new() { Things = Three },
        ["04c-trailing-comma-header"] = new() { Things = Three },
        ["05-duplicate-unknown"] = new()
        {
            Things =
            [
                .. Enumerable.Range(1, 3).Select(id => new Thing(id)
                {
                    Extra = $$"""{"note": "a{{id}}", "note_2": "b{{id}}"}""",
                }.ToString()),
            ],
            Said = ["note, note_2"],
        },
        ["06-comma-rows"] = new() { Things = Thing.Rows(1, 10) },
        ["38-headers"] = new() { Things = Three },
        ["38b-header-zwsp"] = new() { Things = Three },
        ["39-line-ends"] = new() { Things = [.. Three, .. Thing.Rows(11, 13), .. Thing.Rows(21, 24)] },
        ["27-backslash-quote"] = new()
        {
            Things =
            [
                .. Thing.Rows(1, 19),
                new Thing(21) { Label = "ends with \\", N = "1", Amount = "1.00" },
            ],
            Quarantine = ["things.csv:21 quote", "things.csv:23 quote"],
        },
        // The row of each stray quote is bad; those between are not.
        ["44-swallowed-rows"] = new()
        {
            Things =
            [
                .. Thing.Rows(1, 9),
                .. Thing.Rows(11, 19),
                new Thing(20) { Label = "about 5\"" },
                .. Thing.Rows(21, 100),
            ],
            Quarantine = ["things.csv:11 quote"],
        },
    };
}
