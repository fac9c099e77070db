using Greenery.SampleData;

namespace Greenery.Tests.SampleData;

public sealed class SampleShopTests
{
    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        using var one = new SampleFolder(new SampleOptions { Seed = 3 });
        using var two = new SampleFolder(new SampleOptions { Seed = 3 });

        Assert.Equal(one.Files(), two.Files());
    }

    [Fact]
    public void Another_seed_gives_another_shop()
    {
        using var one = new SampleFolder(new SampleOptions { Days = 1, Seed = 1 });
        using var two = new SampleFolder(new SampleOptions { Days = 1, Seed = 2 });

        Assert.All(
            one.Files().Where(file => !file.Key.Contains("promos", StringComparison.Ordinal)),
            file => Assert.NotEqual(file.Value, two.Files()[file.Key]));
    }

    [Fact]
    public void More_days_leave_the_earlier_drops_as_they_are()
    {
        using var two = new SampleFolder(new SampleOptions { Days = 2, PlantBadRows = false });
        using var four = new SampleFolder(new SampleOptions { Days = 4, PlantBadRows = false });

        Assert.All(two.Files(), file => Assert.Equal(file.Value, four.Files()[file.Key]));
    }

    [Fact]
    public void The_rows_grow_with_the_scale()
    {
        using var one = new SampleFolder(new SampleOptions { Days = 2 });
        using var four = new SampleFolder(new SampleOptions { Days = 2, Scale = 4 });

        foreach (var table in new[] { "users", "addresses", "orders", "order_items", "events", "email_events" })
        {
            var ratio = (double)RowsOf(four, table) / RowsOf(one, table);
            Assert.InRange(ratio, 3.5, 4.5);
        }
        Assert.Equal(RowsOf(one, "products"), RowsOf(four, "products"));
        Assert.Equal(RowsOf(one, "campaigns"), RowsOf(four, "campaigns"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(2026)]
    public void The_shop_looks_like_a_real_one_on_its_first_day_and_after_a_week(int seed)
    {
        using var sample = new SampleFolder(new SampleOptions { Days = 7, Seed = seed, PlantBadRows = false });

        foreach (var last in new[] { 0, 6 })
        {
            var date = new SampleOptions().FirstDate.AddDays(last);
            var orders = sample.Rows("orders")
                .Where(row => row.Drop <= date).DistinctBy(row => row["order_id"]).ToList();
            var buyers = orders.CountBy(row => row["user_id"]).ToList();
            var sessions = sample.Rows("events")
                .Where(row => row.Drop <= date).ToLookup(row => row["session_id"], row => row["event_type"]);
            Assert.InRange(buyers.Count(buyer => buyer.Value > 1) / (double)buyers.Count, 0.6, 0.85);
            Assert.InRange(sessions.Count(types => types.Contains("checkout")) / (double)sessions.Count, 0.5, 0.65);
            Assert.InRange(orders.Count(row => DateOnly.FromDateTime(row.Time("created_at")) == date), 80, 160);
        }
    }

    [Fact]
    public void Bad_rows_stand_where_the_summary_says_and_nothing_else_differs()
    {
        using var clean = new SampleFolder(new SampleOptions { PlantBadRows = false });
        using var planted = new SampleFolder(new SampleOptions());
        var faults = planted.Summary.InjectedErrors.ToLookup(fault => fault.Path, fault => (int)fault.Line - 1);

        Assert.Empty(clean.Summary.InjectedErrors);
        Assert.Equal(8, planted.Summary.InjectedErrors.Count);
        Assert.All(planted.Summary.Files, file =>
        {
            var lines = SampleRow.Lines(planted.Path, file.Path);
            Assert.Equal(
                SampleRow.Lines(clean.Path, file.Path),
                lines.Where((_, index) => !faults[file.Path].Contains(index)));
            Assert.True(faults[file.Path].Count() * 20 < file.Rows, $"{file.Path} would be refused");
        });
    }

    [Fact]
    public void A_bad_row_is_bad_in_the_way_the_summary_says()
    {
        using var sample = new SampleFolder(new SampleOptions());
        var rows = sample.Summary.InjectedErrors.ToDictionary(
            fault => fault.Text, fault => SampleRow.Lines(sample.Path, fault.Path)[(int)fault.Line - 1]);

        Assert.All(
            sample.Summary.InjectedErrors, fault =>
                Assert.StartsWith("2026-11-22/", fault.Path, StringComparison.Ordinal));
        Assert.StartsWith(",Robin,", rows["user_id is empty, and it is the key"], StringComparison.Ordinal);
        Assert.Contains(
            ",12 Elm Street, Apt. 3,",
            rows["one field too many: the address has a comma but no quotes"],
            StringComparison.Ordinal);
        Assert.Contains(
            "\"order_cost\":\"12,50 USD\"", rows["order_cost is '12,50 USD', not a number"], StringComparison.Ordinal);
        Assert.Contains(
            "\"order_cost\":\"n/a\"", rows["order_cost is 'n/a', not a number"], StringComparison.Ordinal);
        Assert.Equal(2, rows["one field too few: the quantity is missing"].Split(',').Length);
        Assert.EndsWith(",three", rows["quantity is 'three', not a whole number"], StringComparison.Ordinal);
        Assert.Contains(
            ",2026-11-22T25:61:00Z,",
            rows["created_at is '2026-11-22T25:61:00Z', a time that does not exist"],
            StringComparison.Ordinal);
        Assert.StartsWith("7f3c-oops,", rows["event_id is '7f3c-oops', not a uuid"], StringComparison.Ordinal);
    }

    [Fact]
    public void All_options_out_of_range_are_named_at_once()
    {
        var options = new SampleOptions { Scale = 0, Days = 367 };

        var fault = Assert.Throws<ConfigurationException>(() =>
            SampleShop.Write("unused", options, CancellationToken.None));

        Assert.Equal(
            """
            --scale: 0 was given, a number from 1 to 10000 is expected.
            --days: 367 was given, a number from 1 to 366 is expected.
            """.ReplaceLineEndings(),
            fault.Message);
        Assert.False(Directory.Exists("unused"));
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_a_fault()
    {
        var file = Path.GetTempFileName();

        var fault = Assert.Throws<ConfigurationException>(
            () => SampleShop.Write(file, new SampleOptions(), CancellationToken.None));

        Assert.StartsWith($"--out: '{file}' cannot be made: ", fault.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void A_cancelled_sample_leaves_no_half_files()
    {
        var folder = Directory.CreateTempSubdirectory("greenery-sample-").FullName;
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => SampleShop.Write(folder, new SampleOptions(), cancelled.Token));

        Assert.Empty(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));
        Directory.Delete(folder, recursive: true);
    }

    private static long RowsOf(SampleFolder sample, string table) =>
        sample.Summary.Files.Where(file => file.Table == table).Sum(file => file.Rows);
}
