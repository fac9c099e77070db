namespace Greenery.Tests.Cases;

/// <summary>Rows against other rows: of one key, of parts, of the upload or the complete drop before.</summary>
internal static class RowCases
{
    public static IReadOnlyDictionary<string, LoadExpectation> All { get; } = new Dictionary<string, LoadExpectation>
    {
        ["24-same-key-rows"] = new()
        {
            Things = [Thing.Bare(1), .. Thing.Rows(2, 11)],
            Notes = ["things.csv: has 1 key with different values, for example on lines 2 and 4 (id '1')"],
        },
        ["24-same-key-rows+refuse"] = new()
        {
            Contract = ("- name: things\n", "- name: things\n        config: {duplicate_keys: refuse}\n"),
            Refused =
                ["things.csv: has 1 key with different values, for example on lines 2 and 4 (id '1'); expected each"],
        },
        ["25-bad-row-gone"] = new()
        {
            Stock = Plants(20),
            Quarantine = ["stock.csv:8 type price"],
            Notes = ["stock.csv: 1 row was kept as before: its new version is in quarantine"],
            Play = async run =>
            {
                await run.PlayStepsAsync();
                Assert.Equal(20, await run.Test.ValueAsync<long>(
                    "select count(*) from staging.stock_history where valid_to is null"));
            },
        },
        ["25b-bad-row-removed"] = new()
        {
            Things = Thing.Rows(1, 20),
            Quarantine = ["things.csv:21 type n"],
            Notes = ["things.csv: 1 row was kept as before: its new version is in quarantine"],
        },
        ["26-snapshot-parts"] = new() { Stock = Plants(20) },
        ["42-part-order"] = new()
        {
            Things = [new Thing(1) { Label = "from part 10" }, .. Thing.Rows(2, 21)],
        },
        ["45-small-table"] = new()
        {
            Things = Thing.Rows(1, 1),
            Stock = [.. "abcde".Select((sku, at) => $"{sku}|{char.ToUpperInvariant(sku)}|{at + 1}.00|-")],
            Quarantine = ["stock.csv:7 type price"],
        },
    };

    private static IReadOnlyList<string> Plants(int count) =>
        [.. Enumerable.Range(1, count).Select(i => $"p{i:00}|Plant {i}|{i}.00|-")];
}
