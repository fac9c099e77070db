using System.Text;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

/// <summary>A file without the line break that earlier ones end with is loaded, and noted.</summary>
public sealed class LastLineTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Whole = "id,name,price\n1,a,120.00\n2,b,120.00\n";
    private const string Cut = "id,name,price\n1,a,120.00\n2,b,12";

    [Fact]
    public async Task Only_what_lacks_the_line_break_that_was_there_before_is_noted()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        Assert.Null((await harness.LoadAsync(Cut, "2026-11-18")).Message);
        Assert.Null((await harness.LoadAsync(Cut + ".5", "2026-11-19")).Message);
        Assert.Null((await harness.LoadAsync(Whole, "2026-11-20")).Message);
        Assert.Equal(
            $"does not end with a line break, and 2026-11-20/{harness.Table.Name}.csv does: its last row may be cut "
            + "short. Ask its sender whether the file is whole",
            (await harness.LoadAsync(Cut + ".25", "2026-11-21")).Message);
        // The one before it, not the newest.
        Assert.Null((await harness.LoadAsync(Cut + ".75", "2026-11-19", "{0}-2.csv")).Message);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\n\n")]
    public async Task Any_line_break_ends_a_file(string end)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Whole, "2026-11-20");
        Assert.Null((await harness.LoadAsync(Cut + end, "2026-11-21")).Message);
    }

    [Fact]
    public async Task A_cut_version_of_a_whole_drop_is_noted_also_when_it_is_compressed_and_ends_far_on()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var rows = string.Concat(Enumerable.Range(1, 60_000).Select(id => $"{id},a plant of that name,{id % 7}\n"));
        await harness.LoadAsync(Gzip($"id,name,price\n{rows}"), file: "{0}.csv.gz");
        Assert.StartsWith(
            "does not end with a line break, and its last version does",
            (await harness.LoadAsync(Gzip($"id,name,price\n{rows}70000,x,2"), file: "{0}.csv.gz")).Message);
    }

    [Fact]
    public async Task Another_format_shows_nothing_and_an_array_is_no_lines()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Whole, "2026-11-18");
        const string row = """{"id": 1, "name": "a", "price": 1}""";
        Assert.Null((await harness.LoadAsync(row, "2026-11-19", "{0}.ndjson")).Message);
        Assert.Null((await harness.LoadAsync($"[{row}]", "2026-11-20", "{0}.json")).Message);
        Assert.Equal(["t", "f", ""], await harness.QueryAsync(
            $"select coalesce(ends_with_line_break::text::char(1), '') from ops.load "
                + $"where table_name = '{harness.Table.Name}' order by load_seq"));
    }

    private static byte[] Gzip(string text) => LoadHarness.Gzip(Encoding.UTF8.GetBytes(text));
}
