using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Inference;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

/// <summary>A drop without rows is loaded, and people learn of it unless the contract says that it may be.</summary>
public sealed class EmptyFileTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Empty = "is empty, and taken for a day without rows. Was the export cut short?";
    private const string NoRow = "has no row. Was the export cut short?";

    [Theory]
    [InlineData("{0}.csv", "", Empty)]
    [InlineData("{0}.csv", "\uFEFF", Empty)]
    [InlineData("{0}.csv", "\n\r\n  ", Empty)]
    [InlineData("{0}.csv", "id,name,price\n", NoRow)]
    [InlineData("{0}.csv.gz", "", Empty)]
    [InlineData("{0}.json", "", Empty)]
    [InlineData("{0}.json", " \n", Empty)]
    [InlineData("{0}.json", "[]", NoRow)]
    [InlineData("{0}.ndjson", "", Empty)]
    [InlineData("{0}.ndjson.gz", "", Empty)]
    [InlineData("{0}.xlsx", "", Empty)]
    [InlineData("{0}.parquet", "", Empty)]
    public async Task An_empty_drop_is_loaded_and_noted_unless_it_may_be_empty(string file, string content, string note)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var noted = await harness.LoadAsync(content, file: file);
        Assert.Equal((LoadOutcome.Loaded, 0, note), (noted.Outcome, noted.RowsInFile, noted.Message));
        harness.Table = harness.Table with { MayBeEmpty = true };
        var silent = await harness.LoadAsync(content, "2026-11-22", file);
        Assert.Equal((LoadOutcome.Loaded, 0, null), (silent.Outcome, silent.RowsInFile, silent.Message));
    }

    [Fact]
    public async Task A_compressed_file_with_nothing_in_it_is_empty_too()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(LoadHarness.Gzip([]), file: "{0}.csv.gz");
        Assert.Equal((LoadOutcome.Loaded, Empty), (result.Outcome, result.Message));
    }

    [Fact]
    public async Task An_empty_part_beside_a_full_one_is_noted()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync("id,name,price\n1,a,1\n", file: "{0}-1.csv");
        Assert.Equal(NoRow, (await harness.LoadAsync("id,name,price\n", file: "{0}-2.csv")).Message);
        Assert.Equal(Empty, (await harness.LoadAsync("", file: "{0}-3.csv")).Message);
        Assert.Equal(["(1)"], await harness.RowsAsync("id"));
    }

    [Fact]
    public async Task A_corrected_file_without_rows_takes_its_rows_back()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync("id,name,price\n1,a,1\n");
        var cut = await harness.LoadAsync("");
        Assert.Equal(LoadOutcome.Refused, cut.Outcome);
        Assert.StartsWith("is empty, and an earlier version of it was loaded", cut.Message, StringComparison.Ordinal);
        Assert.Equal(["(1)"], await harness.RowsAsync("id"));

        Assert.Equal(1, (await harness.LoadAsync("id,name,price\n")).Removed);
        Assert.Empty(await harness.RowsAsync());
    }

    [Fact]
    public async Task A_complete_drop_without_rows_does_not_empty_a_small_table()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { Snapshot = new SnapshotRule(new RejectLimit(null, 30)) });
        await harness.LoadAsync("id,name,price\n1,a,1\n2,b,1\n");
        Assert.Equal(LoadOutcome.Refused, (await harness.LoadAsync("id,name,price\n", "2026-11-22")).Outcome);
        Assert.Equal(2, (await harness.RowsAsync("id")).Count);
    }

    [Fact]
    public async Task No_contract_is_inferred_from_nothing()
    {
        using var folder = new TestDataFolder();
        var file = Path.Combine(folder.Path, "a.json");
        await File.WriteAllTextAsync(file, "");
        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => ContractInference.InferAsync([file], CancellationToken.None));
        Assert.Contains("is empty; expected a file with the names of its columns", refused.Message,
            StringComparison.Ordinal);
    }
}
