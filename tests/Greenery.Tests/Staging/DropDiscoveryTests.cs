using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Discovery;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class DropDiscoveryTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateOnly Day = new(2026, 11, 21);

    [Fact]
    public async Task What_is_new_is_pending_by_date_and_path()
    {
        await using var harness = await HarnessAsync();
        await WriteAsync(harness, "2026-11-22/{0}.csv", "2026-11-21/{0}-b.csv", "2026-11-21/{0}-a.ndjson.gz");
        var found = await DiscoverAsync(harness);
        Assert.Equal(
            [$"2026-11-21/{harness.Table.Name}-a.ndjson.gz", $"2026-11-21/{harness.Table.Name}-b.csv",
                $"2026-11-22/{harness.Table.Name}.csv"],
            found.Pending.Select(x => x.Path));
        Assert.Equal((Day.AddDays(1), harness.Table.Name), (found.NewestDate, found.Pending[0].Table));
        Assert.Empty(found.Notes);
    }

    [Fact]
    public async Task Files_of_a_path_are_drops_and_are_loaded()
    {
        await using var harness = await HarnessAsync();
        var name = harness.Table.Name;
        harness.Table = harness.Table with
        {
            Paths = [Pattern($"{name}/dt={{date}}/*"), Pattern($"{name}_{{date:yyyyMMdd}}.txt")],
        };
        await WriteContentAsync(harness, "id,name,price\n1,Fern,1\n", "{0}/dt=2026-11-21/part-10.csv");
        await WriteContentAsync(harness, "id,name,price\n1,Oak,1\n", "{0}/dt=2026-11-21/part-9.csv");
        await WriteContentAsync(harness, "id\tname\tprice\n2\tMoss\t1\n", "{0}_20261122.txt");
        await WriteContentAsync(harness, "id,name,price\n", "2026-11-21/{0}.csv");
        var found = await DiscoverAsync(harness);
        Assert.Equal(
            [$"{name}/dt=2026-11-21/part-9.csv", $"{name}/dt=2026-11-21/part-10.csv", $"{name}_20261122.txt"],
            found.Pending.Select(drop => drop.Path));
        Assert.Equal(
            $"2026-11-21/{name}.csv: is not loaded: files of '{name}' are called {name}/dt={{date}}/* or "
                + $"{name}_{{date:yyyyMMdd}}.txt (sql/sources.yml:7). Move it, or add its form to 'path'.",
            Assert.Single(found.Notes).ToString());
        foreach (var drop in found.Pending)
        {
            Assert.Equal(LoadOutcome.Loaded, (await harness.LoadAsync(drop.DropId)).Outcome);
        }
        Assert.Equal(["(1,Fern,1.00)", "(2,Moss,1.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task A_file_that_two_tables_match_is_reported_and_not_loaded()
    {
        await using var harness = await HarnessAsync();
        var name = harness.Table.Name;
        await WriteContentAsync(harness, "id,name,price\n", "2026-11-21/{0}.csv");
        var found = await new DropDiscovery(database.Warehouse, harness.Store).DiscoverAsync(
            [harness.Table, harness.Table with { Name = "other", DropName = "x", Paths = [Pattern("{date}/*.csv")] }],
            null, reload: false, harness.Lease, default);
        Assert.Empty(found.Pending);
        Assert.Equal(
            $"2026-11-21/{name}.csv: is not loaded: it is a drop of other of 2026-11-21 by path '{{date}}/*.csv' at "
                + $"sql/sources.yml:7 and {name} of 2026-11-21 by its name, that of the table at sql/sources.yml:1; "
                + "expected one. Make the patterns narrower.",
            Assert.Single(found.Notes).ToString());
    }

    private static DropPattern Pattern(string text) =>
        DropPattern.TryParse(new SourceReference(text, "sql/sources.yml:7"), out _)!;

    [Fact]
    public async Task Later_drops_are_left_for_later()
    {
        await using var harness = await HarnessAsync();
        await WriteAsync(harness, "2026-11-22/{0}.csv", "2026-11-21/{0}.csv");
        var found = await DiscoverAsync(harness, Day);
        Assert.Equal(Day, Assert.Single(found.Pending).Date);
        Assert.Equal(Day, found.NewestDate);
    }

    [Fact]
    public async Task What_was_loaded_is_not_loaded_again_unless_a_reload_of_its_date_is_asked_for()
    {
        await using var harness = await HarnessAsync();
        await WriteAsync(harness, "2026-11-20/{0}.csv", "2026-11-21/{0}.csv");
        foreach (var drop in (await DiscoverAsync(harness)).Pending)
        {
            await harness.LoadAsync(drop.DropId);
        }
        Assert.Empty((await DiscoverAsync(harness)).Pending);
        Assert.Equal(Day, Assert.Single((await DiscoverAsync(harness, Day, reload: true)).Pending).Date);
        Assert.Equal(Day, Assert.Single((await DiscoverAsync(harness, null, reload: true)).Pending).Date);
    }

    [Fact]
    public async Task A_refused_drop_is_tried_again_and_a_corrected_one_takes_its_place()
    {
        await using var harness = await HarnessAsync();
        await WriteContentAsync(harness, "wrong\n", "2026-11-21/{0}.csv");
        var refused = Assert.Single((await DiscoverAsync(harness)).Pending);
        Assert.Equal(LoadOutcome.Refused, (await harness.LoadAsync(refused.DropId)).Outcome);
        Assert.Equal(refused, Assert.Single((await DiscoverAsync(harness)).Pending));
        await WriteAsync(harness, "2026-11-21/{0}.csv");
        var corrected = Assert.Single((await DiscoverAsync(harness)).Pending);
        Assert.NotEqual(refused.DropId, corrected.DropId);
    }

    [Fact]
    public async Task A_version_that_comes_back_is_loaded_again()
    {
        await using var harness = await HarnessAsync();
        await WriteContentAsync(harness, "id,name,price\n1,a,1\n", "2026-11-21/{0}.csv");
        var path = Directory.GetFiles(harness.Folder, "*", SearchOption.AllDirectories).Single();
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1));
        await harness.LoadAsync(Assert.Single((await DiscoverAsync(harness)).Pending).DropId);
        await WriteContentAsync(harness, "id,name,price\n1,b,1\n", "2026-11-21/{0}.csv");
        await harness.LoadAsync(Assert.Single((await DiscoverAsync(harness)).Pending).DropId);
        await WriteContentAsync(harness, "id,name,price\n1,a,1\n", "2026-11-21/{0}.csv");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1));
        await harness.LoadAsync(Assert.Single((await DiscoverAsync(harness)).Pending).DropId);
        Assert.Equal(["(1,a,1.00)"], await harness.RowsAsync());
        Assert.Empty((await DiscoverAsync(harness)).Pending);
    }

    [Fact]
    public async Task Files_that_are_no_drops_are_noted_with_what_to_do()
    {
        await using var harness = await HarnessAsync();
        await WriteAsync(harness, "2026-11-21/{0}x.csv", "2026-13-01/{0}.csv", "{0}.csv", "readme.txt");
        var notes = (await DiscoverAsync(harness)).Notes;
        Assert.Contains(notes, x => x.Message.Contains($"Did you mean '{harness.Table.Name}'?"));
        Assert.Equal(2, notes.Count(x => x.Message.Contains("does not have the form <yyyy-MM-dd>/<table>")));
    }

    [Theory]
    [InlineData("2026-11-21")]
    [InlineData("2026-11-21/{0}.csv")]
    public async Task A_drop_that_cannot_be_looked_at_is_not_taken_to_be_gone(string hidden)
    {
        await using var harness = await HarnessAsync();
        await WriteContentAsync(harness, "wrong\n", "2026-11-21/{0}.csv");
        await WriteAsync(harness, "2026-11-20/{0}.csv");
        var refused = (await DiscoverAsync(harness)).Pending[1];
        Assert.Equal(LoadOutcome.Refused, (await harness.LoadAsync(refused.DropId)).Outcome);
        Directory.Delete(Path.Combine(harness.Folder, "2026-11-21"), recursive: true);
        var isAbsent = $"select is_absent from ops.drop where drop_id = {refused.DropId}";

        var store = harness.Store;
        harness.Store = new ListingDropStore(
            store, [string.Format(null, hidden, harness.Table.Name)], "it is a folder that cannot be entered");
        var found = await DiscoverAsync(harness);

        Assert.Equal(Day, found.NewestDate);
        Assert.False(await database.ValueAsync<bool>(isAbsent));
        harness.Store = store;
        Assert.Equal(Day.AddDays(-1), (await DiscoverAsync(harness)).NewestDate);
        Assert.True(await database.ValueAsync<bool>(isAbsent));
    }

    private Task<LoadHarness> HarnessAsync() => LoadHarness.CreateAsync(database);

    private static Task WriteAsync(LoadHarness harness, params string[] paths) =>
        WriteContentAsync(harness, "id,name,price\n", paths);

    private static async Task WriteContentAsync(LoadHarness harness, string content, params string[] paths)
    {
        foreach (var path in paths)
        {
            await harness.Store.WriteAsync(
                string.Format(null, path, harness.Table.Name),
                new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)),
                CancellationToken.None);
        }
    }

    private Task<DiscoveredDrops> DiscoverAsync(LoadHarness harness, DateOnly? through = null, bool reload = false) =>
        new DropDiscovery(database.Warehouse, harness.Store)
            .DiscoverAsync([harness.Table], through, reload, harness.Lease, CancellationToken.None);
}
