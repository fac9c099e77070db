using System.Diagnostics;
using System.Text;
using Greenery.Drops;

namespace Greenery.Tests.Staging;

/// <summary>Files made to keep a parser busy for ever.</summary>
public sealed class AwkwardFilesTests
{
    [Theory]
    [InlineData("a,\"\n")]
    [InlineData("\"\"\"\n")]
    [InlineData("\"a\"\"\n")]
    [InlineData("a,\"x\"y\n")]
    [InlineData("\"\"\"\"x,\"\n")]
    [InlineData("a\n\"")]
    [InlineData(",\"\"\",\n\n\"")]
    public async Task A_pattern_of_quotes_repeated_a_million_times_ends_soon(string pattern)
    {
        var content = new StringBuilder("c0,c1\n").Insert(6, pattern, 1_000_000).ToString();
        var watch = Stopwatch.StartNew();
        var parsed = await ParserHarness.ParseAsync(
            ParserHarness.Texts(2), DropFormat.Csv,
            new ChunkedStream(Encoding.UTF8.GetBytes(content), 100_000, 262_144));
        Assert.True(parsed.Refusal is not null || parsed.Rows > 0);
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"{watch.Elapsed} for {pattern}");
    }

    [Fact]
    public async Task One_open_quote_before_a_large_file_costs_one_row()
    {
        var rows = new StringBuilder("c0,c1\nx,\"open\n").Insert(14, "abcdefghijklm,nopqrstuvwxyz\n", 800_000)
            .ToString();
        var parsed = await ParserHarness.ParseAsync(
            ParserHarness.Texts(2), DropFormat.Csv, new ChunkedStream(Encoding.UTF8.GetBytes(rows), 262_144, 262_144));
        Assert.Equal((800_001, 800_000), (parsed.Rows, parsed.Good.Count));
    }
}
