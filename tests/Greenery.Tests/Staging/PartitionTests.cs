using System.Text;
using System.Text.RegularExpressions;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Staging;

/// <summary>A table in partitions holds, of any drops, the rows that the same table without them holds.</summary>
public sealed partial class PartitionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Header = "id,name,price\n";

    private static readonly string[] Days = ["2021-11-20", "2021-11-21", "2021-11-22"];

    [Fact]
    public async Task Each_month_with_rows_has_a_partition_and_what_has_no_date_is_counted()
    {
        await using var harness = await CreateAsync("date", PartitionUnit.Month);

        var result = await harness.LoadAsync(
            Header + "1,a,2026-11-30\n2,b,2026-12-01\n3,old,1903-05-06\n4,far,2199-12-31\n5,none,\n"
            + "6,absurd,0022-11-30\n7,late,2200-01-01\n");

        Assert.Equal(7, result.Inserted);
        Assert.Equal(
            $"3 rows are in staging.{harness.Table.Name}_p_default, because price is null, or not between 1900 and "
                + "2199",
            result.Message);
        Assert.Equal(
            ["1903_05 3", "2026_11 1", "2026_12 2", "2199_12 4", "default 5,6,7"], await PartitionsAsync(harness));
    }

    [Theory]
    [InlineData("timestamptz", "2026-11-30T23:30:00-01:00", "2026_12")]
    [InlineData("timestamp", "2026-11-30 23:59:59.999999", "2026_11")]
    [InlineData("date", "2026-11-30", "2026_11")]
    public async Task Months_are_those_of_utc(string type, string value, string partition)
    {
        await using var harness = await CreateAsync(type, PartitionUnit.Month);

        await harness.LoadAsync($"{Header}1,a,{value}\n");

        Assert.Equal([$"{partition} 1"], await PartitionsAsync(harness));
    }

    [Fact]
    public async Task A_row_whose_date_changes_moves_and_its_key_stays_unique()
    {
        await using var harness = await CreateAsync("date", PartitionUnit.Month);
        await harness.LoadAsync(Header + "1,a,2026-10-05\n2,b,2026-10-06\n", Days[0]);

        var moved = await harness.LoadAsync(Header + "1,a,2026-11-05\n", Days[1]);
        var late = await harness.LoadAsync(Header + "1,late,2026-09-01\n2,c,2026-10-06\n", "2021-11-19");
        var nowhere = await harness.LoadAsync(Header + "2,b,\n", Days[2]);

        Assert.Equal((0, 1), (moved.Inserted, moved.Updated));
        Assert.Equal((0, 0, 2), (late.Inserted, late.Updated, late.Superseded));
        Assert.Equal((0, 1), (nowhere.Inserted, nowhere.Updated));
        Assert.Equal(["2026_11 1", "default 2"], await PartitionsAsync(harness));
        Assert.Equal(["(1,a,2026-11-05)", "(2,b,)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task A_corrected_upload_gives_rows_back_to_a_month_that_is_not_there_any_more()
    {
        await using var harness = await CreateAsync("date", PartitionUnit.Month);
        await harness.LoadAsync(Header + "1,a,2025-01-05\n", Days[0]);
        await harness.LoadAsync(Header + "1,b,2026-11-05\n", Days[1]);
        await harness.QueryAsync($"drop table staging.{harness.Table.Name}_p_2025_01; select ''");

        var corrected = await harness.LoadAsync(Header + "9,x,2026-11-05\n", Days[1]);

        Assert.Equal(1, corrected.Restored);
        Assert.Equal(["2025_01 1", "2026_11 9"], await PartitionsAsync(harness));
    }

    [Fact]
    public async Task Rows_that_found_no_room_move_when_their_partition_is_made()
    {
        await using var harness = await CreateAsync("date", PartitionUnit.Day);
        await database.RunAsync(
            $"insert into {harness.Name} (id, price, _drop_id, _load_seq) values (1, '2026-11-05', 0, 0)");
        Assert.Equal(["default 1"], await PartitionsAsync(harness));

        await harness.LoadAsync(Header + "2,b,2026-11-05\n");

        Assert.Equal(["2026_11_05 1,2"], await PartitionsAsync(harness));
    }

    [Theory]
    [InlineData(1, PartitionUnit.Day, false)]
    [InlineData(2, PartitionUnit.Month, false)]
    [InlineData(3, PartitionUnit.Year, true)]
    [InlineData(4, PartitionUnit.Month, true)]
    public async Task Any_history_leaves_the_same_rows_with_and_without_partitions(
        int seed, PartitionUnit unit, bool hasHistory)
    {
        var contract = Contract("date") with { History = hasHistory ? ["name", "price"] : [] };
        await using var whole = await LoadHarness.CreateAsync(database, contract);
        await using var divided = await LoadHarness.CreateAsync(
            database, contract with { Partition = new PartitionRule("price", unit) });
        var random = new Random(seed);
        var own = 1000;
        for (var round = 0; round < 12; round++)
        {
            var files = Enumerable.Range(0, random.Next(1, 6)).Select(_ => (
                Date: Days[random.Next(Days.Length)], File: $"{{0}}-{random.Next(8)}.csv",
                Content: $"{Csv(random)}{own++},own,2026-06-01\n"))
                .DistinctBy(file => (file.Date, file.File)).ToList();
            foreach (var harness in new[] { whole, divided })
            {
                await LoadAsync(harness, files, isTogether: round % 2 == 0);
            }
            Assert.Equal(await StateAsync(whole), await StateAsync(divided));
            Assert.Equal(0, await divided.ValueAsync<long>(
                $"select count(*) from staging.{divided.Table.Name}_p_default where extract(year from price) = 2026"));
        }
    }

    [Fact]
    public async Task A_table_is_divided_later_otherwise_and_no_more_with_all_its_rows()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Contract("date"));
        await harness.LoadAsync(Header + "1,a,2026-10-05\n2,b,2026-11-06\n3,c,\n", Days[0]);
        var rows = await harness.RowsAsync("id, name, price, _extra, _drop_id, _load_seq");
        await database.RunAsync(
            $"""
            create index {harness.Table.Name}_people on {harness.Name} (name);
            grant select on {harness.Name} to pg_monitor;
            grant update (name) on {harness.Name} to pg_monitor;
            comment on table {harness.Name} is 'ours'
            """);
        foreach (var (rule, parts) in new (PartitionRule?, string[])[]
        {
            (new PartitionRule("price", PartitionUnit.Month), ["2026_10 1", "2026_11 2", "default 3"]),
            (new PartitionRule("price", PartitionUnit.Year), ["2026 1,2", "default 3"]),
            (null, []),
            (new PartitionRule("price", PartitionUnit.Day), ["2026_10_05 1", "2026_11_06 2", "default 3"]),
        })
        {
            harness.Table = harness.Table with { Partition = rule };
            var planned = await new StagingTables(database.Warehouse).PreviewAsync([harness.Table], default);
            await EnsureAsync(harness.Table);

            Assert.StartsWith($"staging.{harness.Table.Name} is made anew with all its rows, ", Assert.Single(planned));
            Assert.Equal(rows, await harness.RowsAsync("id, name, price, _extra, _drop_id, _load_seq"));
            Assert.Equal(parts, rule is null ? [] : await PartitionsAsync(harness));
            Assert.Equal("ours true true 2", await harness.ValueAsync<string>(
                $"""
                select concat_ws(' ', obj_description('{harness.Name}'::regclass, 'pg_class'),
                    has_table_privilege('pg_monitor', '{harness.Name}', 'select')::text,
                    has_column_privilege('pg_monitor', '{harness.Name}', 'name', 'update')::text,
                    (select count(*) from pg_indexes where schemaname = 'staging' and tablename = '{harness.Table.Name}'
                        and indexname in ('{harness.Table.Name}_people', '{harness.Table.Name}__load_seq')))
                """));
            Assert.Empty(await new StagingTables(database.Warehouse).PreviewAsync([harness.Table], default));
        }
        var next = await harness.LoadAsync(Header + "1,z,2027-01-01\n4,d,2026-11-06\n", Days[1]);
        Assert.Equal((1, 1), (next.Inserted, next.Updated));
    }

    [Fact]
    public async Task A_table_that_others_depend_on_is_left_as_it_is_and_they_are_named()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Contract("date"));
        await database.RunAsync($"create view {harness.Table.Name}_report as select * from {harness.Name}");

        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => EnsureAsync(
            harness.Table with { Partition = new PartitionRule("price", PartitionUnit.Month) }));

        Assert.Equal(
            $"sql/sources.yml:1: \"staging\".\"{harness.Table.Name}\" has to be made anew to be divided as the "
            + $"contract says, but others depend on it: view {harness.Table.Name}_report. Drop these, run, and create "
            + "them again; or restore partition_by as it was.", refused.Diagnostics.Single().ToString());
    }

    [Fact]
    public async Task Another_key_of_a_divided_table_is_refused_and_a_new_column_is_added()
    {
        await using var harness = await CreateAsync("date", PartitionUnit.Month);
        await harness.LoadAsync(Header + "1,a,2026-11-30\n");

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => EnsureAsync(harness.Table with { PrimaryKey = ["id", "name"] }));
        harness.Table = harness.Table with { Columns = [.. harness.Table.Columns, LoadHarness.Column("size", "text")] };
        await EnsureAsync(harness.Table);
        await harness.LoadAsync("id,name,price,size\n2,b,2026-12-30,XL\n3,c,2026-11-01,S\n", Days[2]);

        Assert.StartsWith("the key is (id, name) here and (id) in", refused.Diagnostics.Single().Message);
        Assert.Equal(["(1,)", "(2,XL)", "(3,S)"], await harness.RowsAsync("id, size"));
    }

    [Fact]
    public async Task A_reader_of_rows_without_a_date_makes_a_load_wait_and_not_fail()
    {
        await using var harness = await CreateAsync("date", PartitionUnit.Month);
        await using var reader = await database.Warehouse.ConnectAsync(default);
        var transaction = await reader.BeginTransactionAsync();
        await reader.ExecuteScalarAsync<long>($"select count(*) from {harness.Name}", null, default);

        var loading = harness.LoadAsync(Header + "1,a,2026-11-30\n");
        await Wait.UntilAsync(() => database.ValueAsync<bool>(
            "select exists (select from pg_locks where not granted and relation = "
            + $"'staging.{harness.Table.Name}_p_default'::regclass)"), () => loading.IsCompleted);
        await transaction.RollbackAsync();

        Assert.Equal(1, (await loading).Inserted);
    }

    [Fact]
    public async Task Rows_older_than_kept_are_counted_and_left_out_unless_they_change_a_row_that_is_there()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Contract("date") with
        {
            Partition = new PartitionRule("price", PartitionUnit.Month),
            Keep = new RetentionPeriod(2, PartitionUnit.Month),
        });

        var first = await harness.LoadAsync(
            Header + "1,a,2021-09-01\n2,b,2021-08-31\n3,new,2021-10-01\n3,old,2020-10-01\n4,d,\nx,,\n", Days[0]);
        var next = await harness.LoadAsync(Header + "1,a,2021-01-01\n2,again,2021-08-31\n", Days[1]);

        Assert.Equal((6, 2, 3, 1), (first.RowsInFile, first.Inserted, first.Expired, first.Quarantined));
        Assert.StartsWith(
            "3 rows are older than 2021-09-01 and not loaded (config: keep: 2 months); 1 row is in ", first.Message);
        Assert.Equal((1, 1), (next.Updated, next.Expired));
        Assert.Equal(["(1,a,2021-01-01)", "(4,d,)"], await harness.RowsAsync());
        Assert.Equal(["3", "1"], await harness.QueryAsync(
            $"select rows_expired::text from ops.load where table_name = '{harness.Table.Name}' order by load_seq"));
    }

    [Fact]
    public async Task Small_drops_together_leave_out_what_they_leave_out_one_by_one()
    {
        var contract = Contract("date") with
        {
            Partition = new PartitionRule("price", PartitionUnit.Month),
            Keep = new RetentionPeriod(2, PartitionUnit.Month),
        };
        await using var harness = await LoadHarness.CreateAsync(database, contract);

        await LoadAsync(harness, [
            (Days[0], "{0}-1.csv", Header + "1,a,2020-01-01\n2,b,2021-11-01\n"),
            (Days[1], "{0}-2.csv", Header + "1,a,2020-01-01\n2,b,2020-11-01\n"),
            (Days[2], "{0}-3.csv", Header + "3,c,2021-11-01\n"),
        ], isTogether: true);

        Assert.Equal(["(3,c,2021-11-01)"], await harness.RowsAsync());
        Assert.Equal(["2 2", "2 2", "0 1"], await harness.QueryAsync(
            "select concat_ws(' ', rows_expired, rows_in_file) from ops.load "
            + $"where table_name = '{harness.Table.Name}' order by load_seq"));
        Assert.Equal(2, await harness.ValueAsync<long>(
            $"select count(*) from ops.drop where table_name = '{harness.Table.Name}' "
            + "and message like '2 rows are older%'"));
    }

    private static SourceTable Contract(string type) => LoadHarness.Plants with
    {
        Columns = [.. LoadHarness.Plants.Columns.Select(column =>
            column.Name == "price" ? LoadHarness.Column("price", type) : column)],
    };

    private Task<LoadHarness> CreateAsync(string type, PartitionUnit unit) => LoadHarness.CreateAsync(
        database, Contract(type) with { Partition = new PartitionRule("price", unit) });

    private Task EnsureAsync(SourceTable table) =>
        new StagingTables(database.Warehouse).EnsureAsync([table], null, CancellationToken.None);

    // Partitions with rows: the end of the name, and the keys.
    private static Task<List<string>> PartitionsAsync(LoadHarness harness) => harness.QueryAsync(
        $"""
        select replace(tableoid::regclass::text, 'staging.{harness.Table.Name}_p_', '') || ' ' || string_agg(id::text, ',' order by id)
        from {harness.Name} group by tableoid order by 1
        """);

    private static string Csv(Random random) => Header + string.Concat(
        Enumerable.Range(0, random.Next(9)).Select(_ =>
            $"{random.Next(12)},{(char)('a' + random.Next(2))},{Date(random)}\n"));

    private static string Date(Random random) => random.Next(12) switch
    {
        0 => "",
        1 => "0001-01-01",
        2 => "1999-12-31",
        3 => "2031-02-28",
        4 => "no date",
        _ => $"2026-{random.Next(1, 13):00}-{random.Next(1, 4):00}",
    };

    private static async Task LoadAsync(
        LoadHarness harness, IEnumerable<(string Date, string File, string Content)> files, bool isTogether)
    {
        var drops = new List<long>();
        foreach (var (date, file, content) in files)
        {
            drops.Add(await harness.PutAsync(Encoding.UTF8.GetBytes(content), date, file));
        }
        if (isTogether)
        {
            await new BatchLoader(harness.Database.Warehouse, harness.Store)
                .LoadAsync(harness.Table, drops, harness.Lease, new NoKeeper(), default);
            return;
        }
        foreach (var drop in drops)
        {
            await harness.LoadAsync(drop);
        }
    }

    // The note on rows without a date is of partitions alone.
    private static async Task<List<string>> StateAsync(LoadHarness harness) =>
        [.. (await LoadedState.ReadAsync(harness)).Select(line => Note().Replace(line, ""))];

    [GeneratedRegex(@"; \d+ rows? (?:is|are) in staging[^;|]*2199"
        + @"|\d+ rows? (?:is|are) in staging[^;|]*2199(?:; | \| )")]
    private static partial Regex Note();

    private sealed class NoKeeper : LoadKeeper
    {
        public override Task KeepAsync(
            NpgsqlConnection connection, IReadOnlyList<LoadedDrop> loaded, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public override Task LeaveOutAsync(
            NpgsqlConnection connection, long dropId, DropChangedException reason,
            CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
