using Greenery.Sources;
using Greenery.Staging;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class SnapshotTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Header = "id,name,price\n";

    private static readonly SourceTable Complete = LoadHarness.Plants with
    {
        Snapshot = new SnapshotRule(new RejectLimit(null, 50)),
    };

    [Fact]
    public async Task A_row_that_a_complete_drop_lacks_is_gone_since_its_date_and_may_come_back()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Complete);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n", "2026-11-20");
        var second = await harness.LoadAsync(Header + "1,a,1\n", "2026-11-21");
        Assert.Equal((1, 0), (second.SoftDeleted, second.Returned));
        Assert.Equal(["(1,)", "(2,2026-11-21)"], await StateAsync(harness));
        var third = await harness.LoadAsync(Header + "1,a,1\n2,b,1\n", "2026-11-22");
        Assert.Equal((0, 1), (third.SoftDeleted, third.Returned));
        Assert.Equal(["(1,)", "(2,)"], await StateAsync(harness));
    }

    [Fact]
    public async Task A_row_that_goes_is_news_for_the_models()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Complete);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n", "2026-11-20");
        var before = await harness.ValueAsync<long>($"select max(_load_seq) from {harness.Name}");
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-21");
        Assert.Equal(["(1,f)", "(2,t)"], await harness.RowsAsync($"id, _load_seq > {before}"));
        Assert.True(before < await harness.ValueAsync<long>(
            $"select load_seq from ops.source_state where table_name = '{harness.Table.Name}'"));
    }

    [Fact]
    public async Task A_share_of_a_table_of_fewer_than_20_rows_refuses_no_drop()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, Complete with { Snapshot = new SnapshotRule(new RejectLimit(null, 20)) });
        var rows = Enumerable.Range(1, 20).Select(id => $"{id},a,1\n").ToArray();
        await harness.LoadAsync(Header + string.Concat(rows), "2026-11-19");
        var refused = await harness.LoadAsync(Header + string.Concat(rows[..15]), "2026-11-20");
        Assert.StartsWith("lacks 5 of the 20 rows that were there, more than the 20%", refused.Message);
        await using var small = await LoadHarness.CreateAsync(database, harness.Table);
        await small.LoadAsync(Header + string.Concat(rows[..4]), "2026-11-19");
        var loaded = await small.LoadAsync(Header + string.Concat(rows[..3]), "2026-11-20");
        Assert.Equal((LoadOutcome.Loaded, 1), (loaded.Outcome, loaded.SoftDeleted));
    }

    [Fact]
    public async Task A_drop_that_lacks_too_many_rows_is_refused()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, Complete with { Snapshot = new SnapshotRule(new RejectLimit(2, null)) });
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n3,c,1\n4,d,1\n", "2026-11-20");
        var result = await harness.LoadAsync(Header + "1,changed,1\n5,new,1\n6,new,1\n", "2026-11-21");
        Assert.Equal(LoadOutcome.Refused, result.Outcome);
        Assert.StartsWith("lacks 3 of the 4 rows that were there, more than the 2 rows", result.Message);
        Assert.Equal(["(1,)", "(2,)", "(3,)", "(4,)"], await StateAsync(harness));
        harness.Table = harness.Table with { Snapshot = new SnapshotRule(new RejectLimit(null, 100)) };
        Assert.Equal(3, (await harness.LoadAsync(Header + "1,changed,1\n5,new,1\n", "2026-11-21")).SoftDeleted);
    }

    [Fact]
    public async Task A_late_older_drop_adds_rows_that_are_gone_already_and_no_brake_stops_it()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Complete);
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-22");
        var late = await harness.LoadAsync(Header + "7,x,1\n8,y,1\n", "2026-11-20");
        Assert.Equal((LoadOutcome.Loaded, 2), (late.Outcome, late.Inserted));
        Assert.Equal(["(1,)", "(7,2026-11-22)", "(8,2026-11-22)"], await StateAsync(harness));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Complete_drops_loaded_in_any_order_end_in_the_same_table(int seed)
    {
        var random = new Random(seed);
        var drops = Enumerable.Range(0, 4).Select(_ => Header + string.Concat(
            Enumerable.Range(0, 6).Where(_ => random.Next(2) == 0).Select(id => $"{id},{random.Next(2)},1\n")))
                .ToArray();
        List<string>? expected = null;
        for (var i = 0; i < 6; i++)
        {
            var order = Enumerable.Range(0, drops.Length).ToArray();
            random.Shuffle(order);
            await using var harness = await LoadHarness.CreateAsync(
                database, Complete with { Snapshot = new SnapshotRule(new RejectLimit(null, 100)) });
            foreach (var at in order)
            {
                await harness.LoadAsync(drops[at], $"2026-11-1{at}");
            }
            var rows = await harness.RowsAsync("id, name, _gone_since");
            expected ??= rows;
            Assert.Equal(expected, rows);
        }
    }

    private static Task<List<string>> StateAsync(LoadHarness harness) => harness.RowsAsync("id, _gone_since");
}
