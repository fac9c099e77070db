using AngleSharp.Dom;
using Greenery.Models;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Reports;

/// <summary>What is on the page is what the tables say.</summary>
public sealed class PageContentTests(PlantedShop shop) : IClassFixture<PlantedShop>
{
    private TestWarehouse Test => shop.Test;

    [Fact]
    public async Task Sections_come_in_the_fixed_order()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal(
            ["figures", "problems", "checks", "sources", "lineage", "run", "dictionary", "quarantine"],
            page.QuerySelectorAll("main > section").Select(section => section.Id));
        Assert.Equal(
            page.QuerySelectorAll("main > section").Select(section => $"#{section.Id}"),
            page.QuerySelectorAll("nav.sections a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task Key_figures_are_those_of_the_ledger()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal("4", page.TextOf("[data-metric=orders] .value"));
        Assert.Equal("+1 since the day before", page.TextOf("[data-metric=orders] .change"));
        Assert.Equal(
            await Test.ListAsync("select format('%s Feb 2021: %s', extract(day from business_date), trunc(value)) "
                + "from ops.metric where metric = 'orders' order by business_date"),
            page.AllText("[data-metric=orders] .hit title"));
        Assert.Equal(["Day", "Broken", "Orders"], page.AllText("#figures table.figures thead th"));
        Assert.Equal(["13 Feb 2021|-|4", "12 Feb 2021|-|3"], page.QuerySelectorAll("#figures table.figures tbody tr")
            .Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent))));
    }

    [Fact]
    public async Task A_daily_metric_is_drawn_by_day_with_what_is_expected_of_the_newest()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("metrics/orders.sql", "-- Orders (count): placed.\nselect count(*)::numeric as value\n"
            + "from core.fact_orders where placed_on between :from_date and :to_date\n");
        test.WriteSql("metrics/metrics.yml",
            "metrics: [{name: orders, data_tests: [metric_change: {config: {severity: warn}}]}]");
        File.Delete(Path.Combine(test.Drops, TinyShop.Day, "orders.csv"));
        for (var day = 0; day < 9; day++)
        {
            test.PutOrders(day, 40);
            await test.RunAsync();
        }

        var page = await ReportedPage.OpenAsync(test);

        Assert.Equal(9, page.QuerySelectorAll("[data-metric=orders] .hit").Length);
        Assert.Equal("9 Mar 2021: 40", page.AllText("[data-metric=orders] .hit title").Last());
        Assert.Single(page.QuerySelectorAll("[data-metric=orders] .expected"));
        Assert.StartsWith("Expected ", page.AllText("[data-metric=orders] .about").First(), StringComparison.Ordinal);
        Assert.Equal(
            ["Tue 9 Mar 2021|40", "Tue 2 Mar 2021|40", "7 days|280", "28 days|360", "All days|360"],
            page.QuerySelectorAll("[data-metric=orders] .periods tr")
                .Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent))));
    }

    [Fact]
    public async Task Problems_can_be_shown_by_owner()
    {
        var page = await ReportedPage.OpenAsync(Test);
        var owners = page.QuerySelectorAll(".problem").Select(problem => problem.GetAttribute("data-owner")!)
            .Where(owner => owner.Length > 0).Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.Equal(
            owners.Count > 1 ? owners.Prepend("") : [],
            page.QuerySelectorAll("#owner option").Select(option => option.GetAttribute("value")!));
        Assert.All(page.QuerySelectorAll(".filter"), filter => Assert.True(filter.HasAttribute("hidden")));
    }

    [Fact]
    public async Task Problems_can_be_shown_by_tag()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal(["", "cities", "crm"],
            page.QuerySelectorAll("#tag option").Select(option => option.GetAttribute("value")!));
        Assert.Equal("cities\ncrm", Assert.Single(page.QuerySelectorAll(".problem"), problem =>
            problem.TextContent.Contains("accepted_values", StringComparison.Ordinal)).GetAttribute("data-tags"));
        Assert.Contains("Tagscities", page.TextOf("#model-dim_users dl"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_over_time_are_those_of_the_ledger()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal(
            await Test.ListAsync(
                """
                select format('%s Feb 2021, run %s: %s failed, %s warned', extract(day from business_date), run_id,
                    count(*) filter (where status in ('fail', 'error')), count(*) filter (where status = 'warn'))
                from ops.run left join ops.check_result using (run_id) group by run_id order by run_id
                """),
            page.AllText(".failures .hit title"));
        Assert.Equal(["2", "1"], page.AllText("#checks details tbody th"));
    }

    [Fact]
    public async Task A_failure_of_what_was_not_published_is_over_when_readers_see_all_that_there_is()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 100}");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        Assert.Contains("at least 100", await ReportedPage.MakeAsync(test), StringComparison.Ordinal);
        test.ChangeSql("core/core.yml", "{min_value: 100}", "{min_value: 0}");

        Assert.Equal(DailyRun.NothingNew, (await test.RunAsync()).Message);

        var page = await ReportedPage.OpenAsync(test);
        Assert.DoesNotContain("failure", page.StatusSummary(), StringComparison.Ordinal);
        Assert.DoesNotContain("at least 100", page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_broke_off_is_in_the_failures_over_time()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "  - name: shop\n",
            "  - name: shop\n    config: {tags: feed, required: true}\n");
        test.Put($"{TinyShop.Day}/orders.csv", "wrong\n1\n");
        Assert.Equal(RunState.Refused, (await test.RunAsync()).State);

        var page = await ReportedPage.OpenAsync(test);

        Assert.Equal("feed", page.QuerySelector(".problem")!.GetAttribute("data-tags"));
        Assert.Equal("12 Feb 2021, run 1: broken off", page.TextOf(".failures .hit title"));
    }

    [Fact]
    public async Task Columns_with_a_check_are_counted_by_mart()
    {
        var page = await ReportedPage.OpenAsync(Test);
        var core = page.QuerySelectorAll(".coverage tbody tr").Single(row => row.TextOf("th") == "core");
        var columns = await Test.ValueAsync<int>("select count(*)::integer from pg_attribute where attnum > 0 and "
            + "attrelid in ('core.dim_users'::regclass, 'core.fact_orders'::regclass)");
        var examined = Test.Project.Checks.Where(check => check is { Model.Mart: "core", Column: not null })
            .Select(check => (check.Model.Name, check.Column)).Distinct().Count();
        Assert.Equal([$"{columns}", $"{examined}"], core.AllText("td").Take(2));
        Assert.Contains(page.AllText("#checks .plain-list li"), line =>
            line == "core.dim_users: name");
    }

    [Fact]
    public async Task Models_with_other_columns_than_the_shops_say_so_and_keep_back_nothing_else()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        foreach (var model in new[]
        {
            "campaign_performance", "conversion_cohorts", "user_retention", "repeat_signal_lift",
        })
        {
            test.WriteSql($"marketing/{model}.sql", "select user_id as other from dim_users\n");
        }
        test.WriteSql("marketing/marketing.yml",
            """
            models:
              - {name: campaign_performance, meta: {report: campaigns}}
              - {name: conversion_cohorts, meta: {report: conversion}}
              - {name: user_retention, meta: {report: retention}}
              - {name: repeat_signal_lift, meta: {report: signals}}
            """);
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);

        var page = await ReportedPage.OpenAsync(test);

        foreach (var (section, model) in new[]
        {
            ("campaigns", "campaign_performance"), ("conversion", "conversion_cohorts"),
            ("retention", "user_retention"), ("buyers", "repeat_signal_lift"),
        })
        {
            Assert.StartsWith($"marketing.{model} could not be read: column ", page.TextOf($"#{section} .plain"),
                StringComparison.Ordinal);
        }
        Assert.NotEmpty(page.AllText("#dictionary .name"));
    }

    [Fact]
    public async Task Each_model_has_its_build_time_across_runs()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal(
            await Test.ListAsync("select distinct model from ops.run_model where action = 'build' order by model"),
            page.AllText(".build-times tbody th").Order(StringComparer.Ordinal));
        var times = await Test.ValueAsync<int>(
            "select count(*)::integer from ops.run_model where action = 'build' and model = 'fact_orders'");
        var bars = page.QuerySelectorAll(".build-times tbody tr").Single(row => row.TextOf("th") == "fact_orders")
            .QuerySelector("path")!.GetAttribute("d")!;
        Assert.Equal(times, bars.Count(letter => letter == 'M'));
    }

    [Fact]
    public async Task A_source_shows_the_rows_that_its_check_expects()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "      - name: orders\n",
            "      - name: orders\n        data_tests: [{rows_per_drop: {config: {severity: warn}}}]\n");
        File.Delete(Path.Combine(test.Drops, TinyShop.Day, "orders.csv"));
        for (var day = 0; day < 9; day++)
        {
            test.PutOrders(day, day == 8 ? 4 : 40);
        }
        await test.RunAsync();

        var page = await ReportedPage.OpenAsync(test);

        var orders = page.QuerySelectorAll("table.sources tbody tr").Single(row => row.TextOf("th a") == "orders");
        Assert.Single(orders.QuerySelectorAll("rect.expected"));
        var expected = orders.AllText(".about").Last();
        Assert.StartsWith("expected ", expected, StringComparison.Ordinal);
        Assert.Contains(expected, await test.ValueAsync<string>(
            "select message from ops.check_result where kind = 'rows_per_drop'"), StringComparison.Ordinal);
        var users = page.QuerySelectorAll("table.sources tbody tr").Single(row => row.TextOf("th a") == "users");
        Assert.Empty(users.QuerySelectorAll("rect.expected"));
    }

    [Fact]
    public async Task A_key_figure_that_fails_says_why_and_is_a_problem()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal("-", page.TextOf("[data-metric=broken] .value"));
        Assert.Contains("could not be computed: sql/metrics/broken.sql: division by zero",
            page.TextOf("[data-metric=broken]"), StringComparison.Ordinal);
        Assert.Contains(page.AllText(".problem"), problem =>
            problem.Contains("key figure broken", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_problem_has_owner_age_history_and_masked_rows()
    {
        var page = await ReportedPage.OpenAsync(Test);
        var problem = Assert.Single(page.QuerySelectorAll(".problem"), problem =>
            problem.TextContent.Contains("accepted_values", StringComparison.Ordinal));
        Assert.Equal(await Test.ValueAsync<string>(
            "select message from ops.check_result where status = 'warn' and run_id = 1"), problem.TextOf(".words"));
        Assert.Contains("core.dim_users.city.accepted_values", problem.TextOf(".meta"), StringComparison.Ordinal);
        Assert.Contains("Owner core@greenery.example", problem.TextOf(".meta"), StringComparison.Ordinal);
        Assert.Contains("open since 12 Feb 2021, 1 run", problem.TextOf(".meta"), StringComparison.Ordinal);
        Assert.Equal(
            "Last 2 runs: 1 warned, 1 without it", problem.QuerySelector(".strip")!.GetAttribute("aria-label"));
        Assert.Equal("Cities we <i>deliver</i> to.", problem.TextOf(".about"));
        Assert.Equal(["city", "name", "user_id"], problem.AllText("table.rows th").Order(StringComparer.Ordinal));
        Assert.Contains("***", problem.AllText("table.rows td"));
        Assert.Contains(PlantedShop.Markup, problem.AllText("table.rows td"));
    }

    [Fact]
    public async Task A_problem_stays_open_while_its_model_is_not_judged_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "      - name: user_id\n        data_tests: [unique, not_null]",
            "      - name: user_id\n        data_tests: [unique, not_null, accepted_range: {max_value: 2, config: "
            + "{severity: warn}}]");
        await test.RunAsync();
        await test.ExecuteAsync(
            """
            insert into ops.run (business_date, started_by, host, state) select date '2021-02-12' + n, 'cli', 'here', 'published' from generate_series(1, 40) as n;
            insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at, rows_failing, message)
            select run_id, 'core.fact_orders.order_id.unique', 'core', 'fact_orders', 'unique', 'error', 'pass', 1, 0, 'fine' from ops.run where run_id > 1
            """);
        var page = await ReportedPage.OpenAsync(test);
        var problem = Assert.Single(page.QuerySelectorAll(".problem"));
        Assert.Contains("core.dim_users.user_id.accepted_range", problem.TextOf(".meta"), StringComparison.Ordinal);
        Assert.Contains("open since 12 Feb 2021, 1 run", problem.TextOf(".meta"), StringComparison.Ordinal);
        Assert.Equal(
            "Not judged again in the last 30 runs", problem.QuerySelector(".strip")!.GetAttribute("aria-label"));
    }

    [Fact]
    public async Task A_problem_that_is_over_is_shown_as_such()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "accepted_range: {min_value: 0}",
            "accepted_range: {min_value: 6, config: {severity: warn}}");
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n10,1,8,2021-02-10\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        var page = await ReportedPage.OpenAsync(test);
        Assert.EndsWith("no warnings", page.StatusSummary(), StringComparison.Ordinal);
        var over = Assert.Single(page.QuerySelectorAll(".problem.good"));
        Assert.Contains("passes again; last failed on 12 Feb 2021", over.TextContent, StringComparison.Ordinal);
        Assert.Equal("Last 2 runs: 1 passed, 1 warned", over.QuerySelector(".strip")!.GetAttribute("aria-label"));
    }

    [Fact]
    public async Task Sources_show_their_rows_per_day()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal(
            await Test.ListAsync(
                """
                select format('%s Feb 2021: %s rows, %s quarantined', extract(day from drop_date), rows_in_file, rows_quarantined)
                from ops.load join ops.drop using (drop_id) where ops.load.table_name = 'orders' order by drop_date
                """),
            page.QuerySelectorAll("table.sources tbody tr").Single(row => row.TextOf("th a") == "orders")
                .AllText(".hit title"));
        Assert.Contains(page.AllText("table.sources td"), cell =>
            cell.StartsWith("13 Feb 2021, ", StringComparison.Ordinal));
        Assert.Contains("shop@greenery.example", page.AllText("table.sources td"));
    }

    [Fact]
    public async Task The_dictionary_has_every_model_table_and_column()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal(
            Test.Project.Catalogue.Models.Select(model => model.ToString())
                .Concat(["staging.users", "staging.orders", "broken", "orders"])
                .Order(StringComparer.Ordinal),
            page.AllText("#dictionary .entry > summary .name").Order(StringComparer.Ordinal));
        foreach (var model in Test.Project.Catalogue.Models)
        {
            Assert.Equal(
                await Test.ListAsync($"select attname || format_type(atttypid, atttypmod) from pg_attribute where "
                    + $"attrelid = '{model}'::regclass and attnum > 0 order by attnum"),
                page.AllText($"#model-{model.Name} .columns tbody th")
                    .Select(words => words.Replace("personal", "", StringComparison.Ordinal)));
            Assert.Equal(model.Sql, page.QuerySelector($"#model-{model.Name} pre")!.TextContent);
        }
    }

    [Fact]
    public async Task A_model_tells_its_last_build_what_it_reads_and_what_it_feeds()
    {
        var page = await ReportedPage.OpenAsync(Test);
        var entry = page.QuerySelector("#model-fact_orders")!;
        Assert.Contains("incremental table, key order_id", entry.TextOf("dl"), StringComparison.Ordinal);
        Assert.Contains("4 rows, of run 2", entry.TextOf("dl"), StringComparison.Ordinal);
        Assert.Contains("1 new row in ", entry.TextOf("dl"), StringComparison.Ordinal);
        Assert.Equal(["orders"], Links(entry, "Reads"));
        Assert.Equal(["daily_sales", "fact_user_orders"], Links(entry, "Feeds").Order(StringComparer.Ordinal));
        Assert.Equal(
            await Test.ValueAsync<long>(
                "select count(*) from ops.check_result where run_id = 2 and model = 'fact_orders'"),
            entry.QuerySelectorAll("table.checks tbody tr, .passing li").Length);
    }

    [Fact]
    public async Task A_model_without_description_says_so()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Contains("No description yet: sql/marketing/marketing.yml may give one.",
            page.TextOf("#model-fact_user_orders .body"), StringComparison.Ordinal);
        Assert.Contains("No checks.", page.TextOf("#model-fact_user_orders .body"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lineage_has_a_box_for_each_and_an_edge_for_each_read()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal(
            ["drop:orders", "drop:users", "metric:broken", "metric:orders", "model:daily_sales", "model:dim_users",
                "model:fact_orders",
                "model:fact_user_orders", "source:orders", "source:users"],
            page.QuerySelectorAll(".box").Select(box => box.GetAttribute("data-node")!).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["drop:orders>source:orders",
                "drop:users>source:users",
                "model:dim_users>model:fact_user_orders",
                "model:fact_orders>metric:broken",
                "model:fact_orders>metric:orders",
                "model:fact_orders>model:daily_sales",
                "model:fact_orders>model:fact_user_orders",
                "source:orders>model:fact_orders",
                "source:users>model:dim_users"],
            page.QuerySelectorAll(".edges path")
                .Select(edge => $"{edge.GetAttribute("data-from")}>{edge.GetAttribute("data-to")}")
                .Order(StringComparer.Ordinal));
        Assert.Contains(", warning", page.TextOf("[data-node='model:dim_users'] > title"), StringComparison.Ordinal);
        Assert.All(page.QuerySelectorAll(".box"), box =>
            Assert.NotNull(page.GetElementById(box.GetAttribute("href")![1..])));
    }

    [Fact]
    public async Task The_time_line_has_every_step_and_names_what_was_reused()
    {
        var page = await ReportedPage.OpenAsync(Test);
        var steps = await Test.ListAsync(
            "select step from ops.step where run_id = 2 and step not in ('report', 'tell')");
        Assert.StartsWith($"{steps.Count} steps from ", page.TextOf("#run .lead"), StringComparison.Ordinal);
        Assert.Equal(steps.Count, page.QuerySelectorAll("#run .gantt:not(.key) rect").Length);
        Assert.Equal(
            await Test.ListAsync("select model from ops.run_model where run_id = 2 and action = 'reuse' order by "
            + "position"), page.AllText("#run .taken-over a"));
    }

    [Fact]
    public async Task Quarantine_shows_examples_but_no_personal_data()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal(
            ["1 row of orders: a value is not of the column's type (amount), 1 new",
                "1 row of users: a value is not of the column's type (user_id)"],
            page.AllText("#quarantine .rules .words"));
        Assert.Contains("14,2,\"<img src=x onerror=alert(1)>\",2021-02-13", page.AllText("#quarantine code"));
        Assert.Contains("The row is not shown: its table holds personal columns.", page.AllText("#quarantine .about"));
        Assert.DoesNotContain(PlantedShop.Personal, await ReportedPage.MakeAsync(Test), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Planted_markup_shows_as_text()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal("Users & <b>what</b> they \"are\".", page.TextOf("#model-dim_users summary .about"));
        Assert.Single(page.QuerySelectorAll("script"));
        Assert.Empty(page.QuerySelectorAll("img, iframe, object, embed, b, i, [onerror], [onload], [style]"));
        Assert.Empty(page.QuerySelectorAll("[src], link:not([rel=icon]), a[href^=http]"));
    }

    [Fact]
    public async Task An_earlier_run_shows_what_was_true_then()
    {
        var page = await ReportedPage.OpenAsync(Test, 1);
        Assert.Contains("data through 12 Feb 2021", page.StatusSummary(), StringComparison.Ordinal);
        Assert.Equal("3", page.TextOf("[data-metric=orders] .value"));
        Assert.Equal(["12 Feb 2021: 3"], page.AllText("[data-metric=orders] .hit title"));
        Assert.Single(page.AllText("#quarantine .rules .words"));
    }

    [Fact]
    public async Task It_is_one_file_that_allows_nothing_but_itself()
    {
        var page = await ReportedPage.OpenAsync(Test);
        var policy = page.QuerySelector("meta[http-equiv=Content-Security-Policy]")!.GetAttribute("content")!;
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        foreach (var element in new[] { "script", "style" })
        {
            var text = page.QuerySelector(element)!.TextContent;
            var hash = Convert.ToBase64String(
                System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
            Assert.Contains($"{element}-src 'sha256-{hash}'", policy, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Links(IElement entry, string term) => entry.QuerySelectorAll("dt")
        .Single(name => name.TextContent == term).NextElementSibling!.QuerySelectorAll("a")
        .Select(link => link.TextContent);
}
