using System.Globalization;
using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Discovery;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

/// <summary>All drops of one date are the complete table together, whichever of them is loaded when.</summary>
public sealed class SnapshotPartsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Header = "id,name,price\n";

    private static readonly SourceTable Complete = LoadHarness.Plants with
    {
        Snapshot = new SnapshotRule(new RejectLimit(null, 50)), History = ["name"],
    };

    private static readonly SourceTable WithoutBrake = Complete with
    {
        Snapshot = new SnapshotRule(new RejectLimit(null, 100)),
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Dates_in_parts_end_as_dates_in_one_file_in_whatever_order_they_are_loaded(int seed)
    {
        var random = new Random(seed);
        var days = Enumerable.Range(10, 4).Select(day => (Date: $"2026-11-{day}", Rows: Rows(random))).ToArray();
        await using var whole = await LoadHarness.CreateAsync(database, WithoutBrake);
        foreach (var (date, rows) in days)
        {
            await whole.LoadAsync(Header + string.Concat(rows), date);
        }
        var parts = days.SelectMany(day => Split(day.Rows, random)
            .Select((rows, part) => (day.Date, Part: part, Csv: Header + string.Concat(rows)))).ToArray();
        for (var i = 0; i < 4; i++)
        {
            random.Shuffle(parts);
            await using var split = await LoadHarness.CreateAsync(database, WithoutBrake);
            foreach (var (date, part, csv) in parts)
            {
                await split.LoadAsync(csv, date, $"{{0}}-{part}.csv");
            }
            Assert.Equal(
                await whole.RowsAsync("id, name, _gone_since"), await split.RowsAsync("id, name, _gone_since"));
            Assert.Equal(await VersionsAsync(whole), await VersionsAsync(split));
        }
    }

    [Fact]
    public async Task A_part_removes_nothing_while_another_one_waits_and_the_last_one_removes_what_none_has()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Complete);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n3,c,1\n4,d,1\n", "2026-11-20");
        var first = await PutAsync(harness, "1,a,1\n", 1);
        var second = await PutAsync(harness, "2,b,1\n3,c,1\n", 2);
        var before = await harness.ValueAsync<long>($"select max(_load_seq) from {harness.Name}");
        Assert.Equal((LoadOutcome.Loaded, 0), await LoadAsync(harness, first));
        Assert.Equal(before, await harness.ValueAsync<long>($"select max(_load_seq) from {harness.Name}"));
        Assert.Equal((LoadOutcome.Loaded, 1), await LoadAsync(harness, second));
        Assert.Equal(["(1,)", "(2,)", "(3,)", "(4,2026-11-21)"], await StateAsync(harness));
        Assert.Equal(
            ["1 a 2026-11-20", "2 b 2026-11-20", "3 c 2026-11-20", "4 d 2026-11-20 2026-11-21"],
            await VersionsAsync(harness));
    }

    [Fact]
    public async Task Parts_that_lack_too_many_rows_together_refuse_the_last_one_and_mark_none()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, Complete with { Snapshot = new SnapshotRule(new RejectLimit(2, null)) });
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n3,c,1\n4,d,1\n", "2026-11-20");
        var first = await PutAsync(harness, "1,a,1\n8,new,1\n9,new,1\n", 1);
        var second = await PutAsync(harness, "7,new,1\n", 2);
        await harness.LoadAsync(first);
        var result = await harness.LoadAsync(second);
        Assert.Equal(LoadOutcome.Refused, result.Outcome);
        Assert.StartsWith(
            "lacks with the 1 other drop of its date 3 of the 4 rows that were there, more than the 2 rows",
            result.Message);
        Assert.Equal(["(1,)", "(2,)", "(3,)", "(4,)", "(8,)", "(9,)"], await StateAsync(harness));
        // The first part was the one cut short.
        var corrected = await PutAsync(harness, "1,a,1\n2,b,1\n3,c,1\n", 1);
        await harness.LoadAsync(corrected);
        Assert.Equal((LoadOutcome.Loaded, 1), await LoadAsync(harness, second));
        Assert.Equal(["(1,)", "(2,)", "(3,)", "(4,2026-11-21)", "(7,)"], await StateAsync(harness));
    }

    [Fact]
    public async Task A_refused_part_keeps_the_rows_that_may_be_in_it_until_it_is_corrected()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Complete);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n3,c,1\n", "2026-11-20");
        var first = await harness.PutAsync("wrong\n1\n"u8.ToArray(), "2026-11-21", "{0}-1.csv");
        var second = await PutAsync(harness, "2,changed,1\n", 2);
        Assert.Equal(LoadOutcome.Refused, (await harness.LoadAsync(first)).Outcome);
        var loaded = await harness.LoadAsync(second);
        Assert.Equal((1, 0), (loaded.Updated, loaded.SoftDeleted));
        Assert.Equal(
            $"no row was marked as removed by the drops of its date, because 2026-11-21/{harness.Table.Name}-1.csv is "
            + "not loaded; correct it, or remove it from the store if it is no part of the table",
            loaded.Message);
        Assert.Equal(["(1,)", "(2,)", "(3,)"], await StateAsync(harness));
        Assert.Equal(
            ["1 a 2026-11-20", "2 b 2026-11-20 2026-11-21", "2 changed 2026-11-21", "3 c 2026-11-20"],
            await VersionsAsync(harness));
        var corrected = await PutAsync(harness, "1,a,1\n", 1);
        await DiscoverAsync(harness);
        Assert.Equal((LoadOutcome.Loaded, 1), await LoadAsync(harness, corrected));
        Assert.Equal(["(1,)", "(2,)", "(3,2026-11-21)"], await StateAsync(harness));
        Assert.Contains("3 c 2026-11-20 2026-11-21", await VersionsAsync(harness));
    }

    [Fact]
    public async Task A_refused_part_that_left_the_store_is_not_waited_for_and_counts_when_it_is_back()
    {
        await using var harness = await LoadHarness.CreateAsync(database, WithoutBrake);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n", "2026-11-20");
        var first = await harness.PutAsync("wrong\n1\n"u8.ToArray(), "2026-11-21", "{0}-1.csv");
        await harness.LoadAsync(first);
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-21", "{0}-2.csv");
        Assert.Equal(["(1,)", "(2,)"], await StateAsync(harness));
        var path = Path.Combine(harness.Folder, "2026-11-21", $"{harness.Table.Name}-1.csv");
        File.Move(path, $"{harness.Folder}/aside.tmp");
        await DiscoverAsync(harness);
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-22");
        Assert.Equal(["(1,)", "(2,2026-11-21)"], await StateAsync(harness));
        File.Move($"{harness.Folder}/aside.tmp", path);
        Assert.Contains(first, (await DiscoverAsync(harness)).Pending.Select(drop => drop.DropId));
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-23");
        Assert.Equal(["(1,)", "(2,2026-11-22)"], await StateAsync(harness));
    }

    [Fact]
    public async Task A_late_part_adds_and_a_corrected_part_replaces_what_it_said()
    {
        await using var harness = await LoadHarness.CreateAsync(database, WithoutBrake);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n3,c,1\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-21", "{0}-1.csv");
        Assert.Equal(["(1,)", "(2,2026-11-21)", "(3,2026-11-21)"], await StateAsync(harness));
        var late = await harness.LoadAsync(Header + "2,b,1\n9,new,1\n", "2026-11-21", "{0}-2.csv");
        Assert.Equal((1, 1, 0), (late.Inserted, late.Returned, late.SoftDeleted));
        Assert.Equal(["(1,)", "(2,)", "(3,2026-11-21)", "(9,)"], await StateAsync(harness));
        await harness.LoadAsync(Header + "3,c,1\n9,new,1\n", "2026-11-21", "{0}-2.csv");
        Assert.Equal(["(1,)", "(2,2026-11-21)", "(3,)", "(9,)"], await StateAsync(harness));
        Assert.Equal(
            ["1 a 2026-11-20", "2 b 2026-11-20 2026-11-21", "3 c 2026-11-20", "9 new 2026-11-21"],
            await VersionsAsync(harness));
    }

    [Fact]
    public async Task A_bad_row_without_a_readable_key_ends_no_row_and_overrides_no_other_part()
    {
        await using var harness = await LoadHarness.CreateAsync(database, WithoutBrake);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n3,c,1\n", "2026-11-20");
        var second = await harness.LoadAsync(Header + "3,c,1\nx,?,1\n", "2026-11-21", "{0}-2.csv");
        Assert.StartsWith("2 rows were kept as before", second.Message);
        await harness.LoadAsync(Header + "1,changed,1\n", "2026-11-21", "{0}-1.csv");
        Assert.Equal(["(1,changed,)", "(2,b,)", "(3,c,)"], await harness.RowsAsync("id, name, _gone_since"));
        await harness.LoadAsync(Header + "3,c,1\n", "2026-11-21", "{0}-2.csv");
        Assert.Equal(["(1,)", "(2,2026-11-21)", "(3,)"], await StateAsync(harness));
    }

    [Fact]
    public async Task A_key_with_different_values_in_two_parts_is_noted_and_refused_where_the_contract_says_so()
    {
        await using var harness = await LoadHarness.CreateAsync(database, WithoutBrake);
        await harness.LoadAsync(Header + "1,old,1\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,a,1\n2,same,1\n", "2026-11-21", "{0}-1.csv");
        var noted = await harness.LoadAsync(Header + "2,same,1\n1,b,1\n", "2026-11-21", "{0}-2.csv");
        Assert.Equal(
            "has 1 key that other files of its date have with different values, for example on line 3 (id '1') and in "
            + $"2026-11-21/{harness.Table.Name}-1.csv; the row of the last file was loaded (config: duplicate_keys: "
            + "refuse refuses such files)", noted.Message);
        Assert.Equal(["(1,b)", "(2,same)"], await harness.RowsAsync("id, name"));
        harness.Table = harness.Table with { RefusesDuplicateKeys = true };
        var third = await harness.LoadAsync(Header + "2,other,1\n", "2026-11-21", "{0}-3.csv");
        Assert.Equal(LoadOutcome.Refused, third.Outcome);
        Assert.Contains("(id '2') and in", third.Message, StringComparison.Ordinal);
        // Another version of a part, and another date, are no other part.
        Assert.Equal(LoadOutcome.Loaded,
            (await harness.LoadAsync(Header + "3,c,1\n", "2026-11-22", "{0}-1.csv")).Outcome);
        Assert.Equal(LoadOutcome.Loaded,
            (await harness.LoadAsync(Header + "3,d,1\n", "2026-11-22", "{0}-1.csv")).Outcome);
    }

    [Fact]
    public async Task A_part_that_is_loaded_after_a_later_one_shows_no_personal_key()
    {
        var table = WithoutBrake with
        {
            Columns = [.. WithoutBrake.Columns.Select(x => x with { IsPersonal = x.Name == "id" })],
        };
        await using var harness = await LoadHarness.CreateAsync(database, table);
        await harness.LoadAsync(Header + "4711,b,1\n", "2026-11-21", "{0}-2.csv");
        var noted = await harness.LoadAsync(Header + "4711,a,1\n", "2026-11-21", "{0}-1.csv");
        Assert.Contains("for example on line 2 and in", noted.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", noted.Message, StringComparison.Ordinal);
        Assert.Equal(["(b)"], await harness.RowsAsync("name"));
    }

    [Fact]
    public async Task A_table_whose_drops_become_complete_ones_keeps_its_history()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { History = ["name"] });
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,c,1\n", "2026-11-21");
        harness.Table = harness.Table with { Snapshot = WithoutBrake.Snapshot };
        await new StagingTables(database.Warehouse)
            .EnsureAsync([harness.Table], null, CancellationToken.None);
        Assert.Equal(
            ["1 a 2026-11-20 2026-11-21", "1 c 2026-11-21", "2 b 2026-11-20 2026-11-21"], await VersionsAsync(harness));
    }

    private static string[] Rows(Random random) => [.. Enumerable.Range(0, 8).Where(_ => random.Next(3) > 0)
        .Select(id => string.Create(CultureInfo.InvariantCulture, $"{id},{(char)('a' + random.Next(2))},1\n"))];

    // In three parts, some of them without a row.
    private static IEnumerable<IEnumerable<string>> Split(string[] rows, Random random)
    {
        var parts = rows.ToLookup(_ => random.Next(3));
        return Enumerable.Range(0, 3).Select(part => parts[part]);
    }

    private static Task<long> PutAsync(LoadHarness harness, string rows, int part) =>
        harness.PutAsync(Encoding.UTF8.GetBytes(Header + rows), "2026-11-21", $"{{0}}-{part}.csv");

    private static async Task<(LoadOutcome Outcome, long SoftDeleted)> LoadAsync(LoadHarness harness, long drop)
    {
        var result = await harness.LoadAsync(drop);
        return (result.Outcome, result.SoftDeleted);
    }

    private Task<DiscoveredDrops> DiscoverAsync(LoadHarness harness) =>
        new DropDiscovery(database.Warehouse, harness.Store)
            .DiscoverAsync([harness.Table], null, reload: false, harness.Lease, CancellationToken.None);

    private static Task<List<string>> StateAsync(LoadHarness harness) => harness.RowsAsync("id, _gone_since");

    private static Task<List<string>> VersionsAsync(LoadHarness harness) => harness.QueryAsync(
        $"select concat_ws(' ', id, name, valid_from, valid_to) from staging.{harness.Table.HistoryName} "
            + "order by id, valid_from");
}
