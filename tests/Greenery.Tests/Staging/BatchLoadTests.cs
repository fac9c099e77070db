using System.Text;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;
using static Greenery.Tests.Staging.SmallDrops;

namespace Greenery.Tests.Staging;

/// <summary>
/// Small drops that are loaded together leave what the same drops leave when each is loaded by itself.
/// </summary>
public sealed class BatchLoadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DropMeasure[] Measures =
    [
        new("check_rows", "", "count(*)", "count(*)", "1"),
        new("check_price", "", "sum(t.price)", "count(t.price)", "2"),
        // Fails for a drop that has a price of 0.
        new("check_share", "", "sum(1 / t.price)", "count(*)", "3"),
    ];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public async Task Any_split_of_rows_into_drops_is_loaded_as_one_by_one(int seed, bool hasHistory)
    {
        var contract = LoadHarness.Plants with
        {
            FailAbove = new RejectLimit(2, null), WarnAbove = new RejectLimit(0, null),
            History = hasHistory ? ["name", "price"] : [],
        };
        await using var alone = await LoadHarness.CreateAsync(database, contract);
        await using var together = await LoadHarness.CreateAsync(database, contract);
        foreach (var round in Rounds(new Random(seed)))
        {
            var expected = await PutAsync(alone, round);
            var results = new Notebook();
            foreach (var drop in expected)
            {
                results.Add(drop, await new DropLoader(database.Warehouse, alone.Store, Asked(alone))
                    .LoadAsync(alone.Table, drop, alone.Lease, default));
            }
            var found = new Notebook();
            await LoadAsync(together, await PutAsync(together, round), found);
            Assert.Equal(results.Describe(alone), found.Describe(together));
            Assert.Equal(await LoadedState.ReadAsync(alone), await LoadedState.ReadAsync(together));
        }
    }

    [Fact]
    public async Task A_refused_drop_of_a_batch_refuses_itself_only()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { FailAbove = new RejectLimit(0, null) });
        string[] files = [$"{Header}1,Fern,1\n", $"{Header}2,Moss,1\n3,Ivy,much\n", $"{Header}4,Yew,1\n"];
        var notes = new Notebook();
        await LoadAsync(harness, await PutAsync(harness, Named(files)), notes);
        Assert.Equal(["(1,Fern,1.00)", "(4,Yew,1.00)"], await harness.RowsAsync());
        Assert.Equal([LoadOutcome.Loaded, LoadOutcome.Refused, LoadOutcome.Loaded], notes.Outcomes);
        Assert.Single(await harness.QuarantineAsync());
        Assert.Equal(1, notes.Calls);
    }

    [Fact]
    public async Task Names_that_the_contract_does_not_know_are_counted_where_a_table_has_personal_columns()
    {
        await using var harness = await LoadHarness.CreateAsync(database, LoadHarness.Plants with
        {
            Columns = [.. LoadHarness.Plants.Columns.Select(column =>
                column.Name == "name" ? column with { IsPersonal = true } : column)],
        });
        string[] files = ["id,name,price,ana@example.com\n1,Fern,1,x\n", $"{Header}2,Moss,1\n"];
        await LoadAsync(harness, await PutAsync(harness, Named(files)), new Notebook());

        Assert.Equal(
            ["{}", "{\"*** (1; the names are keys of " + harness.Table.Name + "._extra)\"}"],
            await database.ListAsync<string>("select unknown_columns::text from ops.load inner join ops.drop using "
                + $"(drop_id) where load.table_name = '{harness.Table.Name}' order by 1 desc"));
    }

    [Fact]
    public async Task A_crash_within_a_batch_keeps_nothing_of_it_and_the_next_try_all()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var drops = await PutAsync(
            harness, Named([$"{Header}1,Fern,1\n", $"{Header}2,Moss,1\n", $"{Header}1,Oak,1\n"]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => LoadAsync(
            harness, drops, new Notebook { Failure = new InvalidOperationException("power cut") }));
        Assert.Empty(await harness.RowsAsync());
        Assert.Equal(0, await harness.ValueAsync<long>(
            $"select count(*) from ops.load where table_name = '{harness.Table.Name}'"));
        await LoadAsync(harness, drops, new Notebook());
        Assert.Equal(["(1,Oak,1.00)", "(2,Moss,1.00)"], await harness.RowsAsync());
        Assert.Equal(3, await harness.ValueAsync<long>(
            $"select count(*) from ops.load where table_name = '{harness.Table.Name}'"));
    }

    [Fact]
    public async Task A_run_that_was_taken_over_keeps_nothing_of_a_batch()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var drops = await PutAsync(harness, Named([$"{Header}1,Fern,1\n", $"{Header}2,Moss,1\n"]));
        await database.TakeOverAsync(harness.Lease);
        await Assert.ThrowsAsync<LeaseLostException>(() => LoadAsync(harness, drops, new Notebook()));
        Assert.Empty(await harness.RowsAsync());
    }

    [Fact]
    public async Task A_file_that_is_gone_is_left_out_and_the_others_are_loaded()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var drops = await PutAsync(harness, Named([.. Enumerable.Range(0, 9).Select(i => $"{Header}{i},Fern,1\n")]));
        File.Delete(Path.Combine(harness.Folder, Dates[0], $"{harness.Table.Name}-4.csv"));
        var notes = new Notebook();
        await LoadAsync(harness, drops, notes);
        Assert.Equal([drops[4]], notes.LeftOut);
        Assert.Equal(8, (await harness.RowsAsync()).Count);
    }

    [Fact]
    public async Task A_file_that_was_changed_is_left_out_and_the_others_are_loaded()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var drops = await PutAsync(harness, Named([.. Enumerable.Range(0, 9).Select(i => $"{Header}{i},Fern,1\n")]));
        await File.AppendAllTextAsync(
            Path.Combine(harness.Folder, Dates[0], $"{harness.Table.Name}-4.csv"), "10,Moss,1\n");
        var notes = new Notebook();
        await LoadAsync(harness, drops, notes);
        Assert.Equal([drops[4]], notes.LeftOut);
        Assert.Equal(8, (await harness.RowsAsync()).Count);
    }

    // One statement of the drop fails in the database: what comes before it is loaded, as one by one.
    [Fact]
    public async Task A_drop_that_the_database_refuses_fails_by_itself()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await database.RunAsync($"alter table {harness.Name} add constraint no_ivy check (name <> 'Ivy')");
        var drops = await PutAsync(
            harness, Named([$"{Header}1,Fern,1\n", $"{Header}2,Moss,1\n", $"{Header}3,Ivy,1\n", $"{Header}4,Yew,1\n"]));
        await Assert.ThrowsAsync<PostgresException>(() => LoadAsync(harness, drops, new Notebook()));
        Assert.Equal(["(1,Fern,1.00)", "(2,Moss,1.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task A_small_file_that_unfolds_to_a_large_one_is_loaded_by_itself()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var large = new StringBuilder(Header);
        for (var i = 0; i < 40_000; i++)
        {
            large.Append(i).Append(',').Append('x', 300).Append(",1\n");
        }
        var zipped = await harness.PutAsync(
            LoadHarness.Gzip(Encoding.UTF8.GetBytes(large.ToString())), Dates[0], "{0}-1.csv.gz");
        var drops = await PutAsync(harness, [(Dates[0], "{0}-2.csv", Encoding.UTF8.GetBytes($"{Header}7,Fern,1\n"))]);
        var notes = new Notebook();
        await LoadAsync(harness, [zipped, .. drops], notes);
        Assert.Equal((2, 2), (notes.Calls, notes.Outcomes.Count(outcome => outcome == LoadOutcome.Loaded)));
        Assert.Equal("Fern", await harness.ValueAsync<string>($"select name from {harness.Name} where id = 7"));
    }

    [Fact]
    public async Task Small_files_that_unfold_to_much_in_all_are_loaded_in_smaller_batches()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var drops = new List<long>();
        for (var part = 0; part < 24; part++)
        {
            var rows = string.Concat(Enumerable.Range(0, 1000).Select(i =>
                $"{(part * 1000) + i},{new string('x', 4000)},1\n"));
            drops.Add(await harness.PutAsync(
                LoadHarness.Gzip(Encoding.UTF8.GetBytes(Header + rows)), Dates[0], $"{{0}}-{part}.csv.gz"));
        }
        var notes = new Notebook();
        await LoadAsync(harness, drops, notes);
        Assert.Equal(drops, notes.DropIds);
        Assert.InRange(notes.Calls, 2, 8);
        Assert.Equal(24_000, await harness.ValueAsync<long>($"select count(*) from {harness.Name}"));
    }

    // Complete drops depend on each other's dates, and a corrected upload on its first version.
    [Fact]
    public async Task Complete_drops_and_corrections_are_loaded_by_themselves()
    {
        await using var complete = await LoadHarness.CreateAsync(
            database, LoadHarness.Plants with { Snapshot = new SnapshotRule(new RejectLimit(null, 100)) });
        var notes = new Notebook();
        string[] files = [$"{Header}1,Fern,1\n", $"{Header}2,Moss,1\n"];
        await LoadAsync(complete, await PutAsync(complete, Named(files)), notes);
        Assert.Equal(2, notes.Calls);

        await using var corrected = await LoadHarness.CreateAsync(database);
        await LoadAsync(corrected, await PutAsync(corrected, Named(files)), notes);
        Assert.Equal(3, notes.Calls);
        var again = await PutAsync(corrected, Named([$"{Header}1,Oak,1\n2,Ivy,1\n", $"{Header}3,Moss,1\n"]));
        await LoadAsync(corrected, again, notes);
        Assert.Equal(5, notes.Calls);
        Assert.Equal(["(1,Oak,1.00)", "(2,Ivy,1.00)", "(3,Moss,1.00)"], await corrected.RowsAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Rows_are_counted_as_they_are_read(int files)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var drops = await PutAsync(harness, Named([.. Enumerable.Repeat($"{Header}1,Oak,1\nx,Ivy,1\n", files)]));
        var rows = new Counter();
        await new BatchLoader(harness.Database.Warehouse, harness.Store, rows: rows)
            .LoadAsync(harness.Table, drops, harness.Lease, new RunDropKeeper(harness.Lease), default);
        Assert.Equal(2 * files, rows.Sum);
    }

    private sealed class Counter : IProgress<long>
    {
        private long _sum;

        public long Sum => _sum;

        public void Report(long value) => Interlocked.Add(ref _sum, value);
    }

    private static IEnumerable<(string Date, string File, byte[] Content)> Named(string[] files) =>
        files.Select((file, i) => (Dates[0], $"{{0}}-{i}.csv", Encoding.UTF8.GetBytes(file)));

    private static ILookup<string, DropMeasure> Asked(LoadHarness harness) =>
        Measures.ToLookup(_ => harness.Table.Name, measure => measure);

    private static Task LoadAsync(LoadHarness harness, IReadOnlyList<long> drops, LoadKeeper keeper) =>
        new BatchLoader(harness.Database.Warehouse, harness.Store, Asked(harness))
            .LoadAsync(harness.Table, drops, harness.Lease, keeper, default);

    // In the order of a run: by date and part.
    private static async Task<List<long>> PutAsync(
        LoadHarness harness, IEnumerable<(string Date, string File, byte[] Content)> files)
    {
        var drops = new List<long>();
        foreach (var (date, file, content) in files.OrderBy(x => x.Date).ThenBy(x => DropOrder.KeyOf(x.File),
            StringComparer.Ordinal))
        {
            drops.Add(await harness.PutAsync(content, date, file));
        }
        return drops;
    }

    private sealed class Notebook : LoadKeeper
    {
        private readonly List<LoadedDrop> _loaded = [];

        public Exception? Failure { get; init; }

        /// <summary>One for each batch, or drop that is loaded by itself.</summary>
        public int Calls { get; private set; }

        public List<long> LeftOut { get; } = [];

        public IEnumerable<long> DropIds => _loaded.Select(drop => drop.DropId);

        public IEnumerable<LoadOutcome> Outcomes => _loaded.Select(drop => drop.Result.Outcome);

        public void Add(long dropId, LoadResult result) => _loaded.Add(new LoadedDrop(dropId, result));

        public IEnumerable<string> Describe(LoadHarness harness) => _loaded.Select(drop =>
            $"{drop.Result with { UnknownColumns = [] }} {string.Join(',', drop.Result.UnknownColumns)}"
                .Replace(harness.Table.Name, "t", StringComparison.Ordinal));

        public override Task KeepAsync(
            NpgsqlConnection connection, IReadOnlyList<LoadedDrop> loaded, CancellationToken cancellationToken)
        {
            Calls++;
            _loaded.AddRange(loaded);
            return Failure is null ? Task.CompletedTask : throw Failure;
        }

        public override Task LeaveOutAsync(
            NpgsqlConnection connection, long dropId, DropChangedException reason, CancellationToken cancellationToken)
        {
            LeftOut.Add(dropId);
            return Task.CompletedTask;
        }
    }
}
