using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class QuarantinedRowTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Header = "id,name,price\n";

    private static readonly SourceTable Complete = LoadHarness.Plants with
    {
        Snapshot = new SnapshotRule(new RejectLimit(null, 50)), History = ["price"],
    };

    [Theory]
    [InlineData("{0}.csv", "price,name,id\n1,a,1\nn/a,b,2\n")]
    [InlineData("{0}.ndjson", "{\"id\":1,\"name\":\"a\",\"price\":1}\n{\"price\":\"n/a\",\"id\":2}\n")]
    public async Task A_quarantined_row_of_a_complete_drop_stays_with_its_open_version(string file, string content)
    {
        await using var harness = await LoadHarness.CreateAsync(database, Complete);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n3,c,1\n", "2026-11-20");
        var second = await harness.LoadAsync(content, "2026-11-21", file);
        Assert.Equal((1, 1), (second.Quarantined, second.SoftDeleted));
        Assert.Equal("1 row was kept as before: its new version is in quarantine", second.Message);
        Assert.Equal(["(1,)", "(2,)", "(3,2026-11-21)"], await harness.RowsAsync("id, _gone_since"));
        Assert.Equal(
            ["(1,2026-11-20,)", "(2,2026-11-20,)", "(3,2026-11-20,2026-11-21)"],
            await harness.QueryAsync(
                $"select row(id, valid_from, valid_to)::text from staging.{harness.Table.HistoryName} order by id"));
    }

    [Fact]
    public async Task A_bad_row_without_a_readable_key_keeps_all_rows()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Complete);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n3,c,1\n", "2026-11-20");
        var second = await harness.LoadAsync(Header + "1,a,1\nx,b,1\n", "2026-11-21");
        Assert.Equal(0, second.SoftDeleted);
        Assert.Contains("the key of a quarantined row cannot be read", second.Message, StringComparison.Ordinal);
        Assert.Equal(["(1,)", "(2,)", "(3,)"], await harness.RowsAsync("id, _gone_since"));
    }

    [Fact]
    public async Task A_corrected_upload_does_not_remove_a_quarantined_row()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n3,c,1\n");
        var corrected = await harness.LoadAsync(Header + "1,a,1\n2,b,bad\n");
        Assert.Equal((1, 1), (corrected.Quarantined, corrected.Removed));
        Assert.Equal(["(1)", "(2)"], await harness.RowsAsync("id"));
        var unreadable = await harness.LoadAsync(Header + "1,a,1\n2,b,bad,\n");
        Assert.Equal(0, unreadable.Removed);
        Assert.Equal(["(1)", "(2)"], await harness.RowsAsync("id"));
    }

    [Theory]
    [InlineData("{0}.csv", "id,name,price\n{0}\n7,P, 7,7.50\n")]
    [InlineData("{0}.ndjson", "{0}\n{{\"id\":7,\"name\":\"P\n")]
    public async Task A_corrected_complete_drop_keeps_any_row_that_may_be_an_unreadable_one(string file, string content)
    {
        await using var harness = await LoadHarness.CreateAsync(database, Complete);
        var isCsv = file.EndsWith("csv", StringComparison.Ordinal);
        var rows = Enumerable.Range(1, 25).ToDictionary(
            id => id, id => isCsv ? $"{id},P,{id}" : $"{{\"id\":{id},\"name\":\"P\",\"price\":{id}}}");
        await harness.LoadAsync((isCsv ? Header : "") + string.Join('\n', rows.Values), file: file);
        var others = string.Join('\n', rows.Where(row => row.Key != 7).Select(row => row.Value));
        var corrected = await harness.LoadAsync(string.Format(null, content, others), file: file);
        Assert.Equal((1, 0, 0), (corrected.Quarantined, corrected.Removed, corrected.SoftDeleted));
        Assert.StartsWith("1 row was kept as before: the key of a quarantined row cannot be read", corrected.Message);
        Assert.Equal(["(P,7.00,)"], await harness.QueryAsync(
            $"select row(name, price, _gone_since)::text from {harness.Name} where id = 7"));
        Assert.Equal(["7.00 2026-11-21"], await VersionsAsync(harness, 7));
        // Once it is readable, what the file lacks is gone.
        var whole = await harness.LoadAsync((isCsv ? Header : "") + others, file: file);
        Assert.Equal(1, whole.Removed);
        Assert.Empty(await VersionsAsync(harness, 7));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_corrected_drop_with_an_unreadable_key_gives_no_row_back_to_an_earlier_one(bool isComplete)
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, isComplete ? Complete : LoadHarness.Plants with { History = ["price"] });
        await harness.LoadAsync(Header + "6,P,6\n7,P,7\n", "2026-11-20");
        await harness.LoadAsync(Header + "6,P,6\n7,P,107\n", "2026-11-21");
        var corrected = await harness.LoadAsync(Header + "6,P,6\n7,P,x,107\n", "2026-11-21");
        Assert.Equal((0, 0, 0), (corrected.Restored, corrected.Removed, corrected.SoftDeleted));
        Assert.StartsWith("1 row was kept as before", corrected.Message);
        Assert.Equal(["(6,6.00)", "(7,107.00)"], await harness.RowsAsync("id, price"));
        Assert.Equal(["7.00 2026-11-20 2026-11-21", "107.00 2026-11-21"], await VersionsAsync(harness, 7));
    }

    [Theory]
    [InlineData(true, "7,P,x,107")]
    [InlineData(true, "7,P,x")]
    [InlineData(false, "7,P,x,107")]
    [InlineData(false, "7,P,x")]
    public async Task A_version_that_a_later_drop_replaced_stays_while_its_row_is_in_quarantine(
        bool isComplete, string bad)
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, isComplete ? Complete : LoadHarness.Plants with { History = ["price"] });
        await harness.LoadAsync(Header + "6,P,6\n7,P,7\n", "2026-11-20");
        await harness.LoadAsync(Header + "6,P,6\n7,P,107\n", "2026-11-21");
        await harness.LoadAsync(Header + "6,P,6\n7,P,207\n", "2026-11-22");
        var corrected = await harness.LoadAsync(Header + $"6,P,6\n{bad}\n", "2026-11-21");
        Assert.StartsWith("1 version in the history was kept as before", corrected.Message);
        Assert.Equal(["(6,6.00)", "(7,207.00)"], await harness.RowsAsync("id, price"));
        Assert.Equal(
            ["7.00 2026-11-20 2026-11-21", "107.00 2026-11-21 2026-11-22", "207.00 2026-11-22"],
            await VersionsAsync(harness, 7));
    }

    [Fact]
    public async Task One_key_with_different_values_is_noted_or_refused_and_equal_rows_are_neither()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        Assert.Null((await harness.LoadAsync(Header + "9,a,1\n9,a,1\n", "2026-11-19")).Message);
        var noted = await harness.LoadAsync(Header + "1,a,1\n1,,\n2,b,1\n", "2026-11-20");
        Assert.StartsWith("has 1 key with different values, for example on lines 2 and 3 (id '1');", noted.Message);
        var array = await harness.LoadAsync(
            """[{"id":7,"name":"a","price":1},{"id":7,"name":"b","price":1}]""", "2026-11-20", "{0}-b.json");
        Assert.StartsWith("has 1 key with different values, for example on line 1 (id '7');", array.Message);
        harness.Table = harness.Table with { RefusesDuplicateKeys = true };
        var refused = await harness.LoadAsync(Header + "1,a,1\n1,b,1\n", "2026-11-21");
        Assert.Equal(LoadOutcome.Refused, refused.Outcome);
    }

    [Fact]
    public async Task A_percentage_counts_from_20_rows_on_and_a_refused_drop_keeps_its_bad_rows()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { FailAbove = new RejectLimit(null, 10) });
        Assert.Equal(LoadOutcome.Loaded, (await harness.LoadAsync(Header + "1,a,1\n2,a,x\n")).Outcome);
        var rows = string.Concat(Enumerable.Range(10, 18).Select(id => $"{id},a,1\n")) + "1,a,x\n2,a,x\n3,a,x\n";
        var refused = await harness.LoadAsync(Header + rows, "2026-11-22");
        Assert.Equal(LoadOutcome.Refused, refused.Outcome);
        Assert.Equal(4, (await harness.QuarantineAsync()).Count);
    }

    [Fact]
    public async Task A_drop_far_over_its_limit_is_not_read_to_its_end()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { FailAbove = new RejectLimit(null, 10) });
        var bad = new StringBuilder(Header);
        bad.Insert(bad.Length, "x\n", 150_000);
        var refused = await harness.LoadAsync(bad.ToString());
        Assert.StartsWith("100000 of the first 100000 rows", refused.Message);
    }

    [Fact]
    public async Task Many_bad_rows_over_the_limit_so_far_are_enough()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { FailAbove = new RejectLimit(null, 10) });
        var half = new StringBuilder(Header);
        half.Insert(half.Length, "x\n1,a,1\n", 110_000);
        var refused = await harness.LoadAsync(half.ToString());
        Assert.StartsWith("100000 of the first 199999 rows", refused.Message);
    }

    [Theory]
    [InlineData("{0}.csv", "1,Erika Muster,1\n2,Max,2\n")]
    [InlineData("{0}.csv", "id,name,price\n1,Erika Muster\0,2\n")]
    [InlineData("{0}.ndjson", "{\"id\":1,\"name\":\"Erika Muster}\n")]
    [InlineData("{0}.ndjson", "Erika Muster\n")]
    [InlineData("{0}.json", "Erika Muster")]
    [InlineData("{0}.json", "[\"Erika Muster\"]")]
    [InlineData("{0}.json", "[{} Erika Muster]")]
    [InlineData("{0}.csv.gz", "Erika Muster")]
    public async Task No_message_shows_a_row_of_a_table_with_personal_columns(string file, string content)
    {
        await using var harness = await LoadHarness.CreateAsync(database, LoadHarness.Plants with
        {
            Columns = [.. LoadHarness.Plants.Columns.Select(column =>
                column with { IsPersonal = column.Name == "name" })],
        });
        var result = await harness.LoadAsync(content, file: file);
        var said = string.Join(' ', (await harness.QuarantineAsync()).Append(result.Message));
        Assert.NotEmpty(said.Trim());
        Assert.DoesNotContain("Eri", said, StringComparison.Ordinal);
    }

    private static Task<List<string>> VersionsAsync(LoadHarness harness, int id) => harness.QueryAsync(
        $"select concat_ws(' ', price, valid_from, valid_to) from staging.{harness.Table.HistoryName} "
            + $"where id = {id} order by valid_from");
}
