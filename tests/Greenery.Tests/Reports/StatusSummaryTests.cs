using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Reports;

/// <summary>The first sentence, and a whole page after it, whatever state the runs are in.</summary>
public sealed class StatusSummaryTests
{
    [Fact]
    public async Task Without_any_run_the_page_says_so_in_every_section()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var page = await ReportedPage.OpenAsync(test);
        Assert.Equal("No run yet: nothing was loaded, nothing is published", page.StatusSummary());
        Assert.Contains("No key figure was measured yet", page.TextOf("#figures"), StringComparison.Ordinal);
        Assert.Contains("No check has run yet", page.TextOf("#problems"), StringComparison.Ordinal);
        Assert.Contains("No drop was loaded yet.", page.TextOf("#sources"), StringComparison.Ordinal);
        Assert.Contains("There was no run yet.", page.TextOf("#run"), StringComparison.Ordinal);
        Assert.Contains("Nothing was quarantined", page.TextOf("#quarantine"), StringComparison.Ordinal);
        Assert.Contains("nothing yet", page.TextOf("#model-dim_users dl"), StringComparison.Ordinal);
        Assert.All(page.QuerySelectorAll(".box"), box => Assert.True(box.ClassList.Contains("unknown")));
    }

    [Fact]
    public async Task A_published_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await PublishedAtAsync(test, "2021-02-13 06:02:31Z");
        Assert.Equal("Published 06:02, data through 12 Feb, no warnings",
            (await ReportedPage.OpenAsync(test, time: At("2021-02-13T07:00:00Z"))).StatusSummary());
        Assert.Equal("Published 13 Feb 06:02, data through 12 Feb, no warnings",
            (await ReportedPage.OpenAsync(test, time: At("2021-02-15T07:00:00Z"))).StatusSummary());
    }

    [Fact]
    public async Task Times_are_those_of_the_zone()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await PublishedAtAsync(test, "2021-02-13 23:30:00Z");
        var zone = TimeZoneInfo.CreateCustomTimeZone("Shop", TimeSpan.FromHours(9), "Shop", "Shop");
        var page = await ReportedPage.OpenAsync(test, time: At("2021-02-14T00:00:00Z"), zone: zone);
        Assert.StartsWith("Published 08:30, data through 12 Feb", page.StatusSummary(), StringComparison.Ordinal);
        Assert.Contains("14 Feb 2021, 09:00 (Shop, UTC+9:00)", page.TextOf("footer"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_check_leaves_readers_where_they_were()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,2,-1,2021-02-13\n");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        var page = await ReportedPage.OpenAsync(test, time: At("2021-02-14T00:00:00Z"));
        Assert.StartsWith("Not published: readers still see 12 Feb, because a check failed: ", page.StatusSummary(),
            StringComparison.Ordinal);
        Assert.Contains("accepted_range", page.StatusSummary(), StringComparison.Ordinal);
        Assert.Contains("bad", page.QuerySelector("[data-node='model:fact_orders']")!.ClassList);
        Assert.Equal(
            "Last 2 runs: 1 passed, 1 failed", page.QuerySelector(".problem.bad .strip")!.GetAttribute("aria-label"));
        Assert.Contains("13", page.AllText(".problem.bad table.rows td"));
    }

    [Fact]
    public async Task A_refused_drop_of_the_first_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put($"{TinyShop.Day}/users.csv", $"user_id,name,city\n{Rows(row => "x")}");
        Assert.True((await test.RunAsync()).IsPartial);
        var page = await ReportedPage.OpenAsync(test);
        Assert.StartsWith("Published in part ", page.StatusSummary(), StringComparison.Ordinal);
        Assert.Contains(", but not core.dim_users, marketing.fact_user_orders, because a drop was refused: "
            + "2021-02-12/users.csv: 20 of 20 rows are bad", page.StatusSummary(), StringComparison.Ordinal);
        Assert.Contains("2021-02-12/users.csv", page.TextOf(".problem.bad .meta"), StringComparison.Ordinal);
        Assert.Contains("bad", page.QuerySelector("[data-node='drop:users']")!.ClassList);
    }

    [Fact]
    public async Task Models_that_a_refused_drop_kept_from_being_updated_are_not_shown_as_reused()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        await test.RunAsync();
        var page = await ReportedPage.OpenAsync(test);
        Assert.Contains("warning", page.QuerySelector("[data-node='model:dim_users']")!.ClassList);
        Assert.Contains("good", page.QuerySelector("[data-node='model:fact_orders']")!.ClassList);
        Assert.Equal(
            "Not updated, because a drop was refused: dim_users, fact_user_orders",
            Assert.Single(page.AllText(".taken-over")));
    }

    [Fact]
    public async Task A_refused_drop_of_a_required_table_in_the_first_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "- name: shop\n", "- name: shop\n    config: {required: true}\n");
        test.Put($"{TinyShop.Day}/users.csv", $"user_id,name,city\n{Rows(row => "x")}");
        Assert.Equal(RunState.Refused, (await test.RunAsync()).State);
        var page = await ReportedPage.OpenAsync(test);
        Assert.StartsWith("Not published: readers still see nothing yet, because something was refused: "
            + "2021-02-12/users.csv: 20 of 20 rows are bad", page.StatusSummary(), StringComparison.Ordinal);
        Assert.Contains("No key figure was measured yet", page.TextOf("#figures"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Personal_values_of_a_refused_drop_are_not_on_the_page()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "{name: name, data_type: text,", "{name: name, data_type: integer,");
        test.Put($"{TinyShop.Day}/users.csv", $"user_id,name,city\n{Rows(row => $"{row}")}");
        var report = await test.RunAsync();
        Assert.True(report.IsPartial);
        Assert.DoesNotContain("Secret Person", report.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret Person", await ReportedPage.MakeAsync(test), StringComparison.Ordinal);
    }

    // A percentage of bad rows counts from 20 rows on.
    private static string Rows(Func<int, string> id) =>
        string.Concat(Enumerable.Range(1, 20).Select(row => $"{id(row)},Secret Person,Oslo\n"));

    [Fact]
    public async Task An_unfinished_first_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.ExecuteAsync(
            """
            insert into ops.run (business_date, started_by, host, state, started_at) values ('2021-02-12', 'cli', 'here', 'running', '2021-02-13 06:00Z');
            insert into ops.step (run_id, step, state, started_at) values (1, 'verify', 'running', '2021-02-13 06:00Z')
            """);
        var page = await ReportedPage.OpenAsync(test, time: At("2021-02-13T06:01:00Z"));
        Assert.Equal("Under way since 06:00: readers see nothing yet", page.StatusSummary());
        Assert.Contains("not ended yet", page.TextOf(".verdict .meta"), StringComparison.Ordinal);
        Assert.Contains("not done", page.TextOf("#run tbody th"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_broke_down()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync(
            """
            insert into ops.run (business_date, started_by, host, state, finished_at, message)
            values ('2021-02-13', 'cli', 'here', 'failed', clock_timestamp(), 'Its process ended before the run did.');
            insert into ops.step (run_id, step, state, attempts, error, finished_at)
            values (2, 'load:orders', 'failed', 7, E'connection refused\n   at Some.Trace()', clock_timestamp())
            """);
        var page = await ReportedPage.OpenAsync(test, time: At("2021-02-14T00:00:00Z"));
        Assert.Equal("Not published: readers still see 12 Feb, because infrastructure failed: Its process ended "
            + "before the run did", page.StatusSummary());
        Assert.Equal("connection refused", page.TextOf(".problem.bad .words"));
        Assert.Contains("after 7 attempts", page.TextOf(".problem.bad .meta"), StringComparison.Ordinal);
        Assert.DoesNotContain("Some.Trace", page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_with_nothing_new_and_one_that_was_stopped()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);
        Assert.Equal("Nothing new to publish: readers see 12 Feb, no warnings",
            (await ReportedPage.OpenAsync(test, time: At("2021-02-14T00:00:00Z"))).StatusSummary());
        await test.ExecuteAsync("insert into ops.run (business_date, started_by, host, state, message) values "
            + "('2021-02-13', 'cli', 'here', 'cancelled', 'It was stopped before it was done.')");
        Assert.StartsWith("Not published: readers still see 12 Feb, because the run was stopped: ",
            (await ReportedPage.OpenAsync(test, time: At("2021-02-14T00:00:00Z"))).StatusSummary(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollback()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,2,8,2021-02-13\n");
        await test.RunAsync();
        Assert.Equal(RunState.Unchanged, (await test.Pipeline().RollbackAsync(null, CancellationToken.None)).State);
        var page = await ReportedPage.OpenAsync(test, time: At("2021-02-14T00:00:00Z"));
        Assert.Matches("^Rolled back .*: readers see 12 Feb again$", page.StatusSummary());
        Assert.Matches("^Published .*, data through 13 Feb, but taken back later: ",
            (await ReportedPage.OpenAsync(test, 2, At("2021-02-14T00:00:00Z"))).StatusSummary());
    }

    [Fact]
    public async Task An_unknown_run_is_a_fault()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        Assert.Contains("has no run yet",
            (await Assert.ThrowsAsync<ConfigurationException>(() => ReportedPage.MakeAsync(test, 5))).Message,
            StringComparison.Ordinal);
        await test.RunAsync();
        Assert.Contains("run 5: is not in ops.run; expected one from 1 to 1",
            (await Assert.ThrowsAsync<ConfigurationException>(() => ReportedPage.MakeAsync(test, 5))).Message,
            StringComparison.Ordinal);
    }

    private static Task PublishedAtAsync(TestWarehouse test, string moment) => test.ExecuteAsync(
        $"update ops.live set published_at = '{moment}'; update ops.run set started_at = '{moment}', finished_at = '"
            + $"{moment}'");

    private static ReportTime At(string moment) =>
        new(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture));

    private sealed class ReportTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
