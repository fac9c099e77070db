using Greenery.Tests.Support;

namespace Greenery.Tests.Reports;

/// <summary><c>greenery report</c> and <c>greenery docs</c>, as people call them.</summary>
public sealed class ReportCommandTests
{
    [Fact]
    public async Task Report_writes_the_page_of_the_newest_or_of_a_named_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        using var folder = new TestDataFolder();
        var (newest, first) = (Path.Combine(folder.Path, "newest.html"), Path.Combine(folder.Path, "first.html"));
        await test.RunAsync();
        await test.RunAsync();
        Assert.Equal($"The state of the data is in {newest}.\n", (await Report(test, "--out", newest)).Output);
        Assert.Equal(first, (await Report(test, "--run", "1", "--out", first, "--json")).Json.GetProperty("file")
            .GetString());
        Assert.StartsWith("Nothing new", (await ReportedPage.ParseAsync(File.ReadAllText(newest)))
            .StatusSummary(), StringComparison.Ordinal);
        Assert.StartsWith("Published", (await ReportedPage.ParseAsync(File.ReadAllText(first)))
            .StatusSummary(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_unknown_and_a_file_that_cannot_be_are_misuse()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var unknown = await Report(test, "--run", "7", "--out", "x.html");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Equal("run 7: is not in ops.run, which has no run yet; expected one that 'greenery run' made.",
            Assert.Single(unknown.ErrorLines));
        var nowhere = await Report(test, "--out", Path.Combine(test.Drops, "nowhere", "x.html"));
        Assert.Equal(2, nowhere.ExitCode);
        Assert.Contains("cannot be written: ", Assert.Single(nowhere.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(2, (await Report(test)).ExitCode);
    }

    [Fact]
    public async Task Docs_need_no_database_and_are_the_same_every_time()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        using var folder = new TestDataFolder();
        var file = Path.Combine(folder.Path, "docs.html");
        var docs = new CliProcess().With("Greenery__Sql", test.Sql)
            .With("Greenery__Warehouse", "Host=nowhere.invalid;Database=none");
        Assert.Equal(0, (await docs.RunAsync("docs", "--out", file)).ExitCode);
        var text = File.ReadAllText(file);
        var page = await ReportedPage.ParseAsync(text);
        Assert.Equal(
            ["lineage", "checks", "dictionary"], page.QuerySelectorAll("main > section").Select(section => section.Id));
        Assert.Equal("Sources and models, as their files say", page.StatusSummary());
        Assert.Equal(9, page.QuerySelectorAll(".box").Length);
        Assert.Contains("Checks: user_id unique, user_id not_null", page.TextOf("#model-dim_users"),
            StringComparison.Ordinal);
        Assert.Equal(0, (await docs.RunAsync("docs", "--out", file)).ExitCode);
        Assert.Equal(text, File.ReadAllText(file));
    }

    private static Task<CliResult> Report(TestWarehouse test, params string[] arguments) =>
        CliProcess.On(test).RunAsync(["report", .. arguments]);
}
