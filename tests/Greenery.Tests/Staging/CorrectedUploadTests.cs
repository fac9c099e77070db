using System.Text;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class CorrectedUploadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Header = "id,name,price\n";

    [Fact]
    public async Task A_row_that_was_removed_goes_back_to_what_the_newest_earlier_drop_said()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,oldest,1\n2,oldest,1\n", "2026-11-19");
        await harness.LoadAsync(Header + "1,older,1\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,new,1\n2,new,1\n3,new,1\n", "2026-11-21");
        var corrected = await harness.LoadAsync(Header + "3,corrected,1\n", "2026-11-21");
        Assert.Equal((1, 2, 0), (corrected.Updated, corrected.Restored, corrected.Removed));
        Assert.Equal(["(1,older,1.00)", "(2,oldest,1.00)", "(3,corrected,1.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task A_row_that_was_removed_and_that_no_earlier_drop_knows_leaves_and_the_models_see_it()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,a,1\n2,mistake,1\n");
        var corrected = await harness.LoadAsync(Header + "1,a,1\n");
        Assert.Equal((1, 0, 1), (corrected.Unchanged, corrected.Restored, corrected.Removed));
        Assert.Equal(["(1,a,1.00)"], await harness.RowsAsync());
        Assert.Equal(
            ["(t,t,1)"],
            await harness.QueryAsync(
                $"""
                select row(s.load_seq = l.load_seq, s.removed_seq = l.load_seq, l.rows_removed)::text
                from ops.source_state as s inner join ops.load as l using (table_name)
                where s.table_name = '{harness.Table.Name}' order by l.load_seq desc limit 1
                """));
    }

    [Fact]
    public async Task A_row_that_a_later_drop_holds_is_not_removed()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-21");
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-22");
        var corrected = await harness.LoadAsync(Header, "2026-11-21");
        Assert.Equal((0, 0), (corrected.Restored, corrected.Removed));
        Assert.Equal(["(1,a,1.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task Rows_are_left_as_they_are_when_an_earlier_drop_cannot_be_read_any_more()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,older,1\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,new,1\n2,new,1\n", "2026-11-21");
        Directory.Delete(Path.Combine(harness.Folder, "2026-11-20"), recursive: true);
        var corrected = await harness.LoadAsync(Header, "2026-11-21");
        Assert.Equal((0, 0), (corrected.Restored, corrected.Removed));
        Assert.StartsWith("2 rows that are no longer in the file were left as they are", corrected.Message);
        Assert.Equal(["(1,new,1.00)", "(2,new,1.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task What_a_drop_still_older_than_an_unreadable_one_said_is_not_guessed_at()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,oldest,1\n", "2026-11-19");
        await harness.LoadAsync(Header + "1,older,1\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,new,1\n2,b,1\n", "2026-11-21");
        Directory.Delete(Path.Combine(harness.Folder, "2026-11-20"), recursive: true);
        await harness.LoadAsync(Header + "2,b,1\n", "2026-11-21");
        Assert.Equal(["(1,new,1.00)", "(2,b,1.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task An_earlier_drop_that_is_damaged_by_now_does_not_take_the_load_with_it()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var older = await harness.PutAsync(Encoding.UTF8.GetBytes(Header + "1,older,1\n"), "2026-11-20");
        await harness.LoadAsync(older);
        await harness.LoadAsync(Header + "1,new,1\n", "2026-11-21");
        harness.Table = harness.Table with
            { Columns = [.. harness.Table.Columns, LoadHarness.Column("size", "integer")] };
        await new StagingTables(database.Warehouse).EnsureAsync([harness.Table], null, CancellationToken.None);
        var corrected = await harness.LoadAsync("id,name,price,size\n2,b,1,1\n", "2026-11-21");
        Assert.Equal((LoadOutcome.Loaded, 1), (corrected.Outcome, corrected.Inserted));
        Assert.StartsWith("1 rows that are no longer in the file", corrected.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task After_any_corrections_the_table_is_what_the_last_versions_alone_would_make(int seed)
    {
        var random = new Random(seed);
        string[] dates = ["2026-11-19", "2026-11-20", "2026-11-21"];
        await using var corrected = await LoadHarness.CreateAsync(database);
        var last = new Dictionary<string, string>();
        for (var i = 0; i < 12; i++)
        {
            var date = dates[random.Next(dates.Length)];
            last[date] = Csv(random, i);
            await corrected.LoadAsync(last[date], date);
            await using var fresh = await LoadHarness.CreateAsync(database);
            foreach (var (day, csv) in last)
            {
                await fresh.LoadAsync(csv, day);
            }
            Assert.Equal(await fresh.RowsAsync(), await corrected.RowsAsync());
        }
    }

    // The version is in a column of no key, so that no two versions are the same content.
    private static string Csv(Random random, int version) => Header + string.Concat(
        Enumerable.Range(0, 8).Where(_ => random.Next(2) == 0)
            .Select(id => $"{id},{(char)('a' + random.Next(3))},{version}\n"))
        + $"100,version,{version}\n";
}
