using System.IO.Compression;
using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Staging;

/// <summary>A drop that would cost more than it may is refused by itself; the infrastructure is not blamed.</summary>
public sealed class CostlyDropsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_drop_that_decompresses_to_too_much_is_refused()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        harness.Limits = new DropLimits { MostBytes = 1_000_000 };
        var text = new StringBuilder("id,name,price\n");
        for (var id = 0; text.Length < 1_500_000; id++)
        {
            text.Append(id).Append(',').Append((id * 7919L % 99991) + (id * 104729L % 15485863)).Append(",1\n");
        }

        var refused = await harness.LoadAsync(Compress(text.ToString()), file: "{0}.csv.gz");

        Assert.Equal(LoadOutcome.Refused, refused.Outcome);
        Assert.Matches(
            @"^decompresses to more than 1 MB \(\d\.\d MB stored\); expected at most that "
            + @"\(Greenery:Limits:DecompressedGigabytes\)\. Split it into parts, or raise the limit\.$",
            refused.Message);
        Assert.Empty(await harness.RowsAsync());
        // As it is, it may be larger: only what a small file turns into is limited.
        Assert.Equal(LoadOutcome.Loaded, (await harness.LoadAsync(text.ToString(), "2026-11-22")).Outcome);
    }

    [Theory]
    [InlineData("id,name", "lacks column price. Found: id, name, unknown_column_0, ")]
    [InlineData("id,name,price,price", "has 2 columns 'price' in its header; expected each name once. Found: id, ")]
    public async Task A_header_of_tens_of_thousands_of_columns_is_named_by_its_first(string begin, string message)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var header = begin + string.Concat(Enumerable.Range(0, 30_000).Select(n => $",unknown_column_{n}"));

        var refused = await harness.LoadAsync(header + "\n");

        Assert.Equal(LoadOutcome.Refused, refused.Outcome);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
        Assert.Contains($" and {30_000 + begin.Split(',').Length - 20} more. ", refused.Message,
            StringComparison.Ordinal);
        Assert.InRange(refused.Message!.Length, 100, 2_000);
    }

    [Fact]
    public void A_message_that_is_stored_has_an_end_and_says_what_is_left_out()
    {
        Assert.Null(StoredMessage.Cut(null));
        Assert.Equal("short", StoredMessage.Cut("short"));
        var cut = StoredMessage.Cut(new string('x', StoredMessage.Longest - 1) + "\U0001F331" + new string('y', 1_998));
        Assert.EndsWith("xx ... (2,000 more characters are left out)", cut, StringComparison.Ordinal);
        Assert.InRange(cut!.Length, 7_000, StoredMessage.Longest + 100);
    }

    [Fact]
    public async Task A_drop_that_decompresses_to_many_times_its_size_is_refused_from_a_size_on()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        harness.Limits = new DropLimits { MostRatio = 100 };
        var bomb = Compress("id,name,price\n1," + new string('a', 30_000_000) + ",1\n");
        var small = Compress("id,name,price\n1," + new string('a', 1_000_000) + ",1\n");

        var refused = await harness.LoadAsync(bomb, file: "{0}.csv.gz");

        Assert.Equal(LoadOutcome.Refused, refused.Outcome);
        Assert.StartsWith("decompresses to more than 100 times its size (", refused.Message, StringComparison.Ordinal);
        Assert.Contains("(Greenery:Limits:CompressionRatio)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(LoadOutcome.Loaded, (await harness.LoadAsync(small, "2026-11-22", "{0}.csv.gz")).Outcome);
    }

    [Fact]
    public async Task A_drop_of_bad_rows_only_stops_at_the_cap_of_the_temp_folder()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { FailAbove = new RejectLimit(null, 100) });
        harness.Limits = new DropLimits { MostQuarantineBytes = 3_000_000 };
        var text = "id,name,price\n" + string.Concat(Enumerable.Repeat("x,fern,1\n", 200_000));

        var refused = await harness.LoadAsync(text);

        Assert.Equal(LoadOutcome.Refused, refused.Outcome);
        Assert.Matches(
            @"^\d+ bad rows up to line \d+ take more than 3 MB in the temp folder \S+; expected fewer\. Nothing of "
            + "the drop was loaded, and the rest was not read\\. .* The first: line 2: ", refused.Message);
        var kept = (await harness.QuarantineAsync()).Count;
        Assert.InRange(kept, 1, 150_000);
    }

    [Fact]
    public async Task A_header_of_a_hundred_thousand_names_is_read_and_a_thousand_are_listed()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var header = string.Concat(Enumerable.Repeat(",a", 50_000));
        var fields = new string(',', 50_000);

        var loaded = await harness.LoadAsync($"id,name,price{header}\n1,fern,1{fields}\n")
            .WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((LoadOutcome.Loaded, 1000), (loaded.Outcome, loaded.UnknownColumns.Count));
        Assert.Equal(["a", "a_2", "a_3"], loaded.UnknownColumns.Take(3));
    }

    private static byte[] Compress(string text)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }
        return target.ToArray();
    }
}
