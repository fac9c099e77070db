using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Staging;

public sealed class PrecedenceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Header = "id,name,price\n";

    [Fact]
    public async Task A_later_date_wins_whenever_it_is_loaded()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,second,2\n", "2026-11-22");
        var late = await harness.LoadAsync(Header + "1,first,1\n2,only here,1\n", "2026-11-21");
        Assert.Equal((1, 1), (late.Inserted, late.Superseded));
        Assert.Equal(["(1,second,2.00)", "(2,\"only here\",1.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task Of_one_date_the_later_path_wins()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,b,2\n", file: "{0}-b.csv");
        var result = await harness.LoadAsync(Header + "1,a,2\n", file: "{0}-a.csv");
        Assert.Equal(1, result.Superseded);
        Assert.Equal(["(1,b,2.00)"], await harness.RowsAsync());
    }

    [Theory]
    [InlineData("{0}-9.csv", "{0}-10.csv")]
    [InlineData("{0}-9.csv", "{0}-10.ndjson")]
    [InlineData("{0}-2-10.csv", "{0}-10-2.csv")]
    public async Task Of_parts_with_numbers_the_greater_number_wins_whichever_is_loaded_first(
        string lower, string higher)
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { History = ["name"] });
        var later = higher.EndsWith(".csv", StringComparison.Ordinal)
            ? Header + "1,later,1\n" : """{"id": 1, "name": "later", "price": 1}""" + "\n";
        await harness.LoadAsync(later, file: higher);
        Assert.Equal(1, (await harness.LoadAsync(Header + "1,earlier,1\n", file: lower)).Superseded);
        Assert.Equal(["(1,later,1.00)"], await harness.RowsAsync());
        Assert.Equal("later", await harness.ValueAsync<string>(
            $"select name from staging.{harness.Table.HistoryName} where valid_to is null"));
        // What the later part lacks in its next version goes back to what the earlier one says.
        await harness.LoadAsync(later.Replace("1", "2", StringComparison.Ordinal), file: higher);
        Assert.Equal("(1,earlier,1.00)", (await harness.RowsAsync())[0]);
    }

    [Fact]
    public async Task The_last_row_of_a_key_in_a_file_wins()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(Header + "1,a,1\n2,b,1\n1,c,1\n1,d,1\n");
        Assert.Equal((4, 2, 2), (result.RowsInFile, result.Inserted, result.Superseded));
        Assert.Equal(["(1,d,1.00)", "(2,b,1.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task Only_rows_that_changed_get_the_new_load_sequence()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,a,1\n2,b,\n", "2026-11-20");
        var first = await harness.ValueAsync<long>($"select max(_load_seq) from {harness.Name}");
        var result = await harness.LoadAsync(Header + "1,a,1.00\n2,b,5\n3,c,1\n", "2026-11-21");
        Assert.Equal((1, 1, 1), (result.Inserted, result.Updated, result.Unchanged));
        Assert.Equal(
            ["(1,t)", "(2,f)", "(3,f)"],
            await harness.RowsAsync($"id, _load_seq = {first}"));
    }

    [Fact]
    public async Task A_late_middle_drop_does_not_override_a_newer_one_that_said_the_same_as_the_oldest()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-22");
        var middle = await harness.LoadAsync(Header + "1,b,1\n", "2026-11-21");
        Assert.Equal(1, middle.Superseded);
        Assert.Equal(["(1,a,1.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task A_load_that_changes_nothing_is_no_news_for_the_models()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-20");
        var before = await StateAsync(harness);
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-21");
        Assert.Equal(before, await StateAsync(harness));
        await harness.LoadAsync(Header + "1,b,1\n", "2026-11-22");
        Assert.NotEqual(before, await StateAsync(harness));
    }

    [Fact]
    public async Task A_corrected_upload_overrides_its_own_path_and_replaces_its_quarantine()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,a,1\nx,b,1\n");
        Assert.Single(await harness.QuarantineAsync());
        var corrected = await harness.LoadAsync(Header + "1,aa,1\n2,b,1\n");
        Assert.Equal((1, 1, 0), (corrected.Inserted, corrected.Updated, corrected.Quarantined));
        Assert.Equal(["(1,aa,1.00)", "(2,b,1.00)"], await harness.RowsAsync());
        Assert.Empty(await harness.QuarantineAsync());
    }

    [Fact]
    public async Task The_same_content_under_another_etag_is_not_loaded_twice_unless_asked_for()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var content = "id,name,price\n1,a,1\n"u8.ToArray();
        await harness.LoadAsync(await harness.PutAsync(content));
        File.SetLastWriteTimeUtc(
            Directory.GetFiles(harness.Folder, "*", SearchOption.AllDirectories).Single(), new DateTime(2026, 1, 1));
        var listed = await harness.Store.ListAsync(CancellationToken.None).SingleAsync();
        var again = await harness.ValueAsync<long>(
            $"""
            insert into ops.drop (path, sort_key, etag, table_name, drop_date, bytes, state)
            values ('{listed.Path}', '{DropOrder.KeyOf(listed.Path)}', '{listed.ETag}', '{harness.Table.Name}', '2026-11-21', 1, 'pending')
            returning drop_id
            """);
        Assert.Equal(LoadOutcome.SameContent, (await harness.LoadAsync(again)).Outcome);
        Assert.Equal(1, await harness.ValueAsync<long>(
            $"select count(*) from ops.load where table_name = '{harness.Table.Name}'"));
        Assert.Equal((LoadOutcome.Loaded, 1), await OutcomeAsync(harness, again));
    }

    [Fact]
    public async Task Content_that_comes_back_after_a_correction_is_loaded()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,a,1\n");
        await harness.LoadAsync(Header + "1,bbb,1\n");
        var back = await harness.LoadAsync(Header + "1,a,1\n");
        Assert.Equal((LoadOutcome.Loaded, 1), (back.Outcome, back.Updated));
    }

    [Fact]
    public async Task Too_many_bad_rows_refuse_the_drop_whole()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { FailAbove = new RejectLimit(null, 25) });
        var good = string.Concat(Enumerable.Range(1, 14).Select(id => $"{id},a,1\n"));
        var result = await harness.LoadAsync($"{Header}{good}{string.Concat(Enumerable.Repeat("x,a,1\n", 6))}");
        Assert.Equal(LoadOutcome.Refused, result.Outcome);
        Assert.StartsWith("6 of 20 rows are bad, more than the 25% the contract allows", result.Message);
        Assert.Contains("line 16: column 'id' found 'x', expected integer", result.Message);
        Assert.Empty(await harness.RowsAsync());
        harness.Table = harness.Table with { FailAbove = new RejectLimit(1, null) };
        result = await harness.LoadAsync(Header + "1,a,1\nx,a,1\ny,a,1\n4,b,1\n");
        Assert.StartsWith("2 bad rows up to line 4, more than the 1 rows", result.Message);
    }

    [Fact]
    public async Task Many_bad_rows_are_all_kept()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var rows = string.Concat(Enumerable.Range(1, 20_000).Select(i => $"x{i},bad row number {i},1\n"));
        var result = await harness.LoadAsync(Header + rows);
        Assert.Equal((20_000, 20_000), (result.RowsInFile, result.Quarantined));
        Assert.Equal(20_000, await harness.ValueAsync<long>(
            $"select count(distinct raw) from ops.quarantine where table_name = '{harness.Table.Name}'"));
    }

    [Fact]
    public async Task A_warning_limit_is_reported()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { WarnAbove = new RejectLimit(0, null) });
        Assert.False((await harness.LoadAsync(Header + "1,a,1\n")).IsOverWarning);
        Assert.True((await harness.LoadAsync(Header + "1,a,x\n")).IsOverWarning);
    }

    [Fact]
    public async Task A_lost_lease_keeps_nothing()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var drop = await harness.PutAsync("id,name,price\n1,a,1\n"u8.ToArray());
        var zombie = harness.Lease with { Token = Guid.NewGuid() };
        await Assert.ThrowsAsync<LeaseLostException>(() => new DropLoader(database.Warehouse, harness.Store)
            .LoadAsync(harness.Table, drop, zombie, CancellationToken.None));
        Assert.Empty(await harness.RowsAsync());
        Assert.Equal(["pending"], await harness.QueryAsync($"select state from ops.drop where drop_id = {drop}"));
    }

    [Fact]
    public async Task A_large_first_drop_with_a_key_twice_keeps_the_last_row()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var rows = string.Concat(Enumerable.Range(1, 60_000).Select(i => $"{i},this is plant number {i},1\n"));
        var result = await harness.LoadAsync(Header + "60000,first,1\n" + rows);
        Assert.Equal((60_001, 60_000, 1), (result.RowsInFile, result.Inserted, result.Superseded));
        Assert.Equal(
            ["this is plant number 60000"],
            await harness.QueryAsync($"select name from {harness.Name} where id = 60000"));
    }

    [Fact]
    public async Task A_large_first_drop_leaves_the_table_with_key_and_index()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var rows = string.Concat(Enumerable.Range(1, 60_000).Select(i => $"{i},this is plant number {i},1\n"));
        var result = await harness.LoadAsync(Header + rows + "x,y,z\n");
        Assert.Equal((60_001, 60_000, 1), (result.RowsInFile, result.Inserted, result.Quarantined));
        Assert.Equal(
            [$"{harness.Table.Name}__load_seq", $"{harness.Table.Name}_pkey"],
            await harness.QueryAsync(
                $"select indexname from pg_indexes where tablename = '{harness.Table.Name}' order by 1"));
        var second = await harness.LoadAsync(Header + "1,changed,1\n", "2026-11-22");
        Assert.Equal(1, second.Updated);
    }

    [Fact]
    public async Task A_file_that_changed_after_it_was_listed_is_not_loaded()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var drop = await harness.PutAsync("id,name,price\n1,a,1\n"u8.ToArray());
        await harness.PutAsync("id,name,price\n1,a,1\n2,b,2\n"u8.ToArray());
        var changed = await Assert.ThrowsAsync<DropChangedException>(() => harness.LoadAsync(drop));
        Assert.Contains("it was changed after it was listed", changed.Message);
    }

    [Fact]
    public async Task Drops_of_different_tables_load_at_the_same_time()
    {
        var rows = Header + string.Concat(Enumerable.Range(1, 60_000).Select(i => $"{i},this is plant number {i},1\n"));
        var harnesses = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoadHarness.CreateAsync(database)));
        var results = await Task.WhenAll(harnesses.Select(harness => harness.LoadAsync(rows)));
        Assert.All(results, result => Assert.Equal(60_000, result.Inserted));
        foreach (var harness in harnesses)
        {
            await harness.DisposeAsync();
        }
    }

    private static Task<long> StateAsync(LoadHarness harness) => harness.ValueAsync<long>(
        $"select load_seq from ops.source_state where table_name = '{harness.Table.Name}'");

    private static async Task<(LoadOutcome, long)> OutcomeAsync(LoadHarness harness, long drop)
    {
        var result = await harness.LoadAsync(drop);
        return (result.Outcome, result.Unchanged);
    }
}
