using System.Globalization;
using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Staging;

public sealed class HistoryTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Header = "id,name,price\n";

    private static readonly SourceTable Kept = LoadHarness.Plants with { History = ["price"] };

    private static readonly SourceTable Complete = Kept with
        { Snapshot = new SnapshotRule(new RejectLimit(null, 100)) };

    [Fact]
    public async Task Every_change_of_a_kept_column_is_one_version()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Kept);
        await harness.LoadAsync(Header + "1,a,1\n2,b,5\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,renamed,1\n", "2026-11-21");
        await harness.LoadAsync(Header + "1,a,\n3,c,7\n", "2026-11-22");
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-23");
        Assert.Equal(
            [
                "(1,1.00,2026-11-20,2026-11-22)", "(1,,2026-11-22,2026-11-23)", "(1,1.00,2026-11-23,)",
                "(2,5.00,2026-11-20,)",
                "(3,7.00,2026-11-22,)",
            ],
            await VersionsAsync(harness));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_first_version_of_a_key_is_valid_from_the_start(bool isComplete)
    {
        await using var harness = await LoadHarness.CreateAsync(database, isComplete ? Complete : Kept);
        await harness.LoadAsync(Header + "1,a,1\n2,b,5\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,a,2\n2,b,5\n", "2026-11-21");
        await harness.LoadAsync(Header + "1,a,2\n2,b,6\n3,c,7\n", "2026-11-22");
        Assert.Equal(
            ["1 1.00 -infinity", "1 2.00 2026-11-21", "2 5.00 -infinity", "2 6.00 2026-11-22", "3 7.00 -infinity"],
            await harness.QueryAsync($"select concat_ws(' ', id, price, valid_from_or_start) from {View(harness)} "
                + "order by id, valid_from"));
    }

    [Fact]
    public async Task A_view_of_an_earlier_version_becomes_longer_and_views_made_on_it_stay()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Kept);
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-20");
        var view = View(harness);
        await harness.QueryAsync(
            $"drop view {view}; create view {view} as select 1 as id, 1.00::numeric(8, 2) as price, "
            + "date '2026-11-20' as valid_from, null::date as valid_to; "
            + $"create view {SqlText.Name("staging", harness.Name + "_report")} as select * from {view}; "
            + "select ''");
        await EnsureAsync(harness, ["price"]);
        Assert.Equal(["(1,1.00,2026-11-20,,-infinity)"], await harness.QueryAsync(
            $"select v::text from {view} as v"));
        Assert.Equal(["(1,1.00,2026-11-20,)"], await harness.QueryAsync(
            $"select v::text from {SqlText.Name("staging", harness.Name + "_report")} as v"));
        await harness.QueryAsync($"drop view {SqlText.Name("staging", harness.Name + "_report")}; select ''");
    }

    [Fact]
    public async Task A_late_drop_finds_its_place_and_the_models_see_it()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Kept);
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-22");
        var late = await harness.LoadAsync(Header + "1,a,9\n", "2026-11-21");
        Assert.Equal((1, true), (late.Superseded, late.HasChanged));
        Assert.Equal(
            ["(1,1.00,2026-11-20,2026-11-21)", "(1,9.00,2026-11-21,2026-11-22)", "(1,1.00,2026-11-22,)"],
            await VersionsAsync(harness));
    }

    [Fact]
    public async Task A_rerun_writes_no_observation_and_says_nothing_new()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Kept);
        var older = await harness.PutAsync(Encoding.UTF8.GetBytes(Header + "1,a,1\n2,b,1\n"), "2026-11-20");
        await harness.LoadAsync(older);
        await harness.LoadAsync(Header + "1,a,2\n", "2026-11-21");
        var written = await ObservationsAsync(harness);
        Assert.False((await harness.LoadAsync(older)).HasChanged);
        Assert.Equal(written, await ObservationsAsync(harness));
    }

    [Fact]
    public async Task A_version_of_a_complete_table_ends_with_the_first_drop_that_lacks_the_row()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Complete);
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n", "2026-11-20");
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-21");
        await harness.LoadAsync(Header + "1,a,1\n2,b,1\n", "2026-11-22");
        Assert.Equal(
            ["(1,1.00,2026-11-20,)", "(2,1.00,2026-11-20,2026-11-21)", "(2,1.00,2026-11-22,)"],
            await VersionsAsync(harness));
        var late = await harness.LoadAsync(Header + "9,x,1\n", "2026-11-19");
        Assert.True(late.HasChanged);
    }

    [Fact]
    public async Task A_drop_loaded_in_bulk_is_observed_too()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Kept);
        var rows = string.Concat(Enumerable.Range(0, 60_000).Select(id => $"{id},a plant of that name,{id % 7}\n"));
        var first = await harness.LoadAsync(Header + rows, "2026-11-20");
        var second = await harness.LoadAsync(Header + "5,a,100\n", "2026-11-21");
        Assert.Equal((60_000, 1), (first.Inserted, second.Updated));
        Assert.Equal(60_001, await harness.ValueAsync<long>($"select count(*) from {View(harness)}"));
        Assert.Equal(
            ["(5,5.00,2026-11-20,2026-11-21)", "(5,100.00,2026-11-21,)"],
            (await VersionsAsync(harness)).Where(version => version.StartsWith("(5,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_history_begins_with_what_is_in_staging_and_a_column_that_joins_has_not_changed_before()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Header + "1,a,1\n", "2026-11-20");
        await EnsureAsync(harness, ["price"]);
        await harness.LoadAsync(Header + "1,a,2\n", "2026-11-21");
        Assert.Equal(["(1,1.00,2026-11-20,2026-11-21)", "(1,2.00,2026-11-21,)"], await VersionsAsync(harness));
        await EnsureAsync(harness, ["price", "name"]);
        await harness.LoadAsync(Header + "1,b,2\n", "2026-11-22");
        string[] both =
            ["(1,1.00,a,2026-11-20,2026-11-21)", "(1,2.00,a,2026-11-21,2026-11-22)", "(1,2.00,b,2026-11-22,)"];
        Assert.Equal(both, await VersionsAsync(harness));
        await EnsureAsync(harness, []);
        Assert.Equal(0, await harness.ValueAsync<long>(
            $"select count(*) from pg_views where schemaname = 'staging' and viewname = '"
                + $"{harness.Table.HistoryName}'"));
        await EnsureAsync(harness, ["price", "name"]);
        Assert.Equal(both, await VersionsAsync(harness));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Columns_may_be_called_as_the_ledger_calls_its_own(bool isComplete)
    {
        var contract = LoadHarness.Plants with
        {
            PrimaryKey = ["path"],
            History = ["drop_date", "drop id\""],
            Snapshot = isComplete ? Complete.Snapshot : null,
            Columns =
            [
                LoadHarness.Column("path", "text"), LoadHarness.Column("drop_date", "date"),
                LoadHarness.Column("drop id\"", "jsonb"),
            ],
        };
        await using var harness = await LoadHarness.CreateAsync(database, contract);
        await harness.LoadAsync("""{"path": "a", "drop_date": "2020-01-01", "drop id\"": [1]}""", "2026-11-20", "{0}.ndjson");
        await harness.LoadAsync("""{"path": "a", "drop_date": "2020-01-01", "drop id\"": [2]}""", "2026-11-21", "{0}.ndjson");
        Assert.Equal(
            ["(a,2020-01-01,[1],2026-11-20,2026-11-21)", "(a,2020-01-01,[2],2026-11-21,)"],
            await harness.QueryAsync($"select {WithoutStart} from {View(harness)} as v order by valid_from"));
    }

    [Fact]
    public async Task Observations_of_another_type_are_a_fault_that_says_what_to_do()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Kept);
        await harness.QueryAsync($"drop table {harness.Name}");
        harness.Table = harness.Table with
        {
            Columns = [.. harness.Table.Columns.Select(x =>
                x.Name == "price" ? LoadHarness.Column("price", "text") : x)],
        };
        var fault = await Assert.ThrowsAsync<ConfigurationException>(() => EnsureAsync(harness, ["price"]));
        Assert.Contains("_observation\" with another key or other types. Drop its view and it", fault.Message);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(8, true)]
    public async Task Any_order_of_drops_reruns_and_corrections_gives_the_history_of_the_drops_as_they_are(
        int seed, bool isComplete)
    {
        var random = new Random(seed);
        await using var harness = await LoadHarness.CreateAsync(
            database, (isComplete ? Complete : Kept) with { History = ["name", "price"] });
        var model = new HistoryModel(isComplete);
        var loaded = new List<long>();
        for (var i = 0; i < 25; i++)
        {
            if (loaded.Count > 0 && random.Next(4) == 0 && await IsPresentAsync(harness, loaded, random) is { } again)
            {
                await harness.LoadAsync(again);
                continue;
            }
            var (date, part) = ($"2026-11-1{random.Next(5)}", random.Next(2));
            var rows = Enumerable.Range(0, random.Next(8))
                .Select(_ => (random.Next(5), $"{(char)('a' + random.Next(2))}", (decimal)random.Next(2))).ToList();
            var csv = Header + string.Concat(rows.Select(row => $"{row.Item1},{row.Item2},{row.Item3}\n"));
            var drop = await harness.PutAsync(Encoding.UTF8.GetBytes(csv), date, $"{{0}}-{part}.csv");
            var result = await harness.LoadAsync(drop);
            Assert.NotEqual(LoadOutcome.Refused, result.Outcome);
            model.Load(DateOnly.Parse(date, CultureInfo.InvariantCulture), $"{date}/{part}", rows);
            loaded.Add(drop);
            Assert.Equal(model.Versions(), await VersionsAsync(harness));
        }
        Assert.Equal(model.Versions(), await VersionsAsync(harness));
    }

    // A version that was replaced cannot be loaded any more.
    private static async Task<long?> IsPresentAsync(LoadHarness harness, List<long> loaded, Random random)
    {
        var drop = loaded[random.Next(loaded.Count)];
        var isLast = await harness.ValueAsync<bool>(
            $"select drop_id = (select max(drop_id) from ops.drop where path = d.path) from ops.drop as d where "
                + $"drop_id = {drop}");
        return isLast ? drop : null;
    }

    private static string View(LoadHarness harness) => SqlText.Name("staging", harness.Table.HistoryName);

    private static Task<List<string>> VersionsAsync(LoadHarness harness) => harness.QueryAsync(
        $"select {WithoutStart} from {View(harness)} as v order by id, valid_from, valid_to nulls last, v::text");

    // A test of its own is about the last column.
    private const string WithoutStart = "regexp_replace(v::text, ',[^,]*[)]$', ')')";

    private static Task<List<string>> ObservationsAsync(LoadHarness harness) => harness.QueryAsync(
        $"select concat(o::text, ctid, xmin) from {SqlText.Name("staging", $"{harness.Table.Name}_observation")} as "
            + $"o order by 1");

    private async Task EnsureAsync(LoadHarness harness, IReadOnlyList<string> history)
    {
        harness.Table = harness.Table with { History = history };
        await new StagingTables(database.Warehouse).EnsureAsync([harness.Table], null, CancellationToken.None);
    }
}
