using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Staging.Quarantine;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class QuarantineReplayTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Header = "id,name,price\n";

    [Fact]
    public async Task Rows_that_pass_by_now_are_loaded_and_the_others_stay()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Strict);
        await harness.LoadAsync(Header + "1,a,1\n2,,1\n3,c,x\n");
        harness.Table = harness.Table with { Columns = LoadHarness.Plants.Columns };
        var replay = await ReplayAsync(harness);
        var drop = Assert.Single(replay.Drops);
        Assert.Equal((1, 1, 1), (drop.Released, drop.Load.Inserted, drop.Load.Quarantined));
        Assert.Equal(["(1,a,1.00)", "(2,,1.00)"], await harness.RowsAsync());
        Assert.StartsWith("4 type price", Assert.Single(await harness.QuarantineAsync()));
        Assert.Equal(2, await harness.ValueAsync<long>(
            $"select count(*) from ops.load where table_name = '{harness.Table.Name}'"));
    }

    [Fact]
    public async Task A_released_row_does_not_override_a_later_one_of_its_file_or_a_later_drop()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Strict);
        await harness.LoadAsync(Header + "1,,1\n1,later row,1\n2,,1\n", "2026-11-20");
        await harness.LoadAsync(Header + "2,later drop,1\n", "2026-11-21");
        harness.Table = harness.Table with { Columns = LoadHarness.Plants.Columns };
        await ReplayAsync(harness);
        Assert.Equal(["(1,\"later row\",1.00)", "(2,\"later drop\",1.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task A_drop_whose_file_is_gone_keeps_its_rows_and_is_noted()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "x,a,1\n");
        Directory.Delete(Path.Combine(harness.Folder, "2026-11-21"), recursive: true);
        var replay = await ReplayAsync(harness);
        Assert.Contains("its 1 quarantined rows are kept",
            Assert.Single(replay.Notes, x => x.Place.Contains(harness.Table.Name)).Message);
        Assert.Single(await harness.QuarantineAsync());
    }

    [Fact]
    public async Task A_drop_that_breaks_the_contract_by_now_stays_loaded_as_it_was()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,a,1\nx,b,1\n");
        harness.Table = harness.Table with { FailAbove = new RejectLimit(0, null) };
        var replay = await ReplayAsync(harness);
        Assert.Equal(LoadOutcome.Refused, Assert.Single(replay.Refused).Load.Outcome);
        Assert.Equal(["(1,a,1.00)"], await harness.RowsAsync());
        Assert.Single(await harness.QuarantineAsync());
        Assert.Equal(
            ["loaded"], await harness.QueryAsync(
                $"select state from ops.drop where table_name = '{harness.Table.Name}'"));
    }

    [Fact]
    public async Task A_path_that_was_never_seen_is_a_fault()
    {
        var overview = new QuarantineOverview(database.Warehouse);
        var fault = await Assert.ThrowsAsync<ConfigurationException>(() =>
            overview.ReadAsync("nowhere.csv", CancellationToken.None));
        Assert.StartsWith("nowhere.csv: is no drop that was ever seen", fault.Message);
    }

    [Fact]
    public async Task The_overview_groups_by_drop_rule_and_column_with_the_first_row_as_example()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var drop = await harness.PutAsync("id,name,price\nx,a,1\n1,b,y\ny,c,1\n"u8.ToArray());
        await harness.LoadAsync(drop);
        var groups = await new QuarantineOverview(database.Warehouse)
            .ReadAsync($"2026-11-21/{harness.Table.Name}.csv", CancellationToken.None);
        Assert.Equal(
            [("type", "id", 2L, 2L, "x,a,1"), ("type", "price", 1L, 3L, "1,b,y")],
            groups.Select(x => (x.Rule, x.Column!, x.Rows, x.Line, x.Raw)));
    }

    private static SourceTable Strict => LoadHarness.Plants with
    {
        Columns = [.. LoadHarness.Plants.Columns.Select(x => x.Name == "name" ? x with { IsRequired = true } : x)],
    };

    private async Task<ReplayResult> ReplayAsync(LoadHarness harness)
    {
        // The column may be null by now.
        await new StagingTables(database.Warehouse).EnsureAsync([harness.Table], null, CancellationToken.None);
        return await new QuarantineReplay(database.Warehouse, harness.Store)
            .ReplayAsync([harness.Table], null, harness.Lease, CancellationToken.None);
    }
}
